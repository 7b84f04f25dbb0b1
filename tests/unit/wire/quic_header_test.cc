// QUIC Initials: those that the RFCs print, and everything that is nearly one.
#include "wire/quic_header.h"

#include <gtest/gtest.h>

#include <string>

#include "support/frames.h"
#include "support/guarded_memory.h"

namespace weir {
namespace {

using namespace std::string_literals;
using test::Bytes;
using test::GuardedMemory;

constexpr std::string_view kRfcId = "\x83\x94\xc8\xf0\x3e\x51\x57\x08";

[[nodiscard]] std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
/// An Initial up to its length, and as many bytes as that promises.
[[nodiscard]] std::string initial(std::string_view first_and_version, std::string_view destination,
                                  std::string_view source, std::string_view token = "\0"s,
                                  std::string_view length = "\x44\x9e", std::size_t rest = 0x49e) {
  std::string packet(first_and_version);
  for (const std::string_view id : {destination, source}) packet += static_cast<char>(id.size()) + std::string(id);
  return packet + std::string(token) + std::string(length) + std::string(rest, 'p');
}
const std::string kV1 = "\xc0\0\0\0\1"s;
const std::string kV2 = "\xd3\x6b\x33\x43\xcf"s;

[[nodiscard]] bool parses(const std::string& payload) {
  QuicInitial found;
  return parse_quic_initial(test::bytes_of(payload), found);
}

TEST(QuicInitial, OfRfc9001IsKnown) {
  // RFC 9001, A.2: the protected header of the client's Initial, 1200 bytes in all.
  const std::string packet = initial(kV1, kRfcId, "");
  ASSERT_EQ(packet.size(), 1'200U);
  const Bytes bytes = test::bytes_of(packet);
  QuicInitial found;
  ASSERT_TRUE(parse_quic_initial(bytes, found));
  EXPECT_EQ(found.version, kQuicVersion1);
  EXPECT_EQ(text_of(found.destination_id), kRfcId);
  EXPECT_TRUE(found.source_id.empty());
}

TEST(QuicInitial, OfRfc9369IsKnown) {
  const Bytes bytes = test::bytes_of(initial(kV2, kRfcId, "\x01\x02"));  // A.2, and a source ID
  QuicInitial found;
  ASSERT_TRUE(parse_quic_initial(bytes, found));
  EXPECT_EQ(found.version, kQuicVersion2);
  EXPECT_EQ(text_of(found.destination_id), kRfcId);
  EXPECT_EQ(text_of(found.source_id), "\x01\x02");
}

TEST(QuicInitial, OtherPacketsAreNone) {
  EXPECT_FALSE(parses(""));
  EXPECT_FALSE(parses(initial("\x40\0\0\0\1"s, kRfcId, "")));                          // short header
  EXPECT_FALSE(parses(initial("\x80\0\0\0\1"s, kRfcId, "")));                          // without the fixed bit
  EXPECT_FALSE(parses(initial("\xd0\0\0\0\1"s, kRfcId, "")));                          // 0-RTT
  EXPECT_FALSE(parses(initial("\xe0\0\0\0\1"s, kRfcId, "")));                          // Handshake
  EXPECT_FALSE(parses(initial("\xf0\0\0\0\1"s, kRfcId, "")));                          // Retry
  EXPECT_FALSE(parses(initial("\xc0\x6b\x33\x43\xcf"s, kRfcId, "")));                  // Retry of version 2
  EXPECT_FALSE(parses(initial("\xc0\0\0\0\0"s, kRfcId, "")));                          // version negotiation
  EXPECT_FALSE(parses(initial("\xc0\0\0\0\2"s, kRfcId, "")));                          // an unknown version
  EXPECT_FALSE(parses("\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x10"s + std::string(16, 'd')));  // DTLS
}

TEST(QuicInitial, ConnectionIdsHoldTwentyBytes) {
  EXPECT_TRUE(parses(initial(kV1, std::string(20, 'd'), std::string(20, 's'))));
  EXPECT_FALSE(parses(initial(kV1, std::string(21, 'd'), "")));
  EXPECT_FALSE(parses(initial(kV1, "", std::string(21, 's'))));
}

TEST(QuicInitial, TokensAndLengthsOfEverySizeAreRead) {
  EXPECT_TRUE(parses(initial(kV1, "d", "s", "\x05token")));
  EXPECT_TRUE(parses(initial(kV1, "d", "s", "\x40\x05token"s)));
  EXPECT_TRUE(parses(initial(kV1, "d", "s", "\x80\0\0\x05token"s)));
  EXPECT_TRUE(parses(initial(kV1, "d", "s", "\xc0\0\0\0\0\0\0\x05token"s)));
  EXPECT_TRUE(parses(initial(kV1, "d", "s", "\0"s, "\x14", 20)));
  EXPECT_TRUE(parses(initial(kV1, "d", "s", "\0"s, "\x80\0\0\x14"s, 25)));  // another packet may follow
  EXPECT_FALSE(parses(initial(kV1, "d", "s", "\0"s, "\x13", 20)));          // too short for a sample
  EXPECT_FALSE(parses(initial(kV1, "d", "s", "\0"s, "\x15", 20)));          // longer than the datagram
  EXPECT_FALSE(parses(initial(kV1, "d", "s", "\xff\xff\xff\xff\xff\xff\xff\xff"s)));
  EXPECT_FALSE(parses(initial(kV1, "d", "s", "\0"s, "\xff\xff\xff\xff\xff\xff\xff\xff"s, 20)));
}

TEST(QuicInitial, EveryTruncationAndEveryValueOfEveryByteStaysInside) {
  GuardedMemory memory(4'096);
  const Bytes whole = test::bytes_of(initial(kV2, kRfcId, "src", "\x05token", "\x40\x14"s, 20));
  QuicInitial found;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    ASSERT_EQ(parse_quic_initial(memory.place_at_end(cut), found), length == whole.size());
    ASSERT_EQ(parse_quic_initial(memory.place_at_start(cut), found), length == whole.size());
    for (std::byte& byte : cut) {
      const std::byte before = byte;
      for (int value = 0; value < 256; ++value) {
        byte = static_cast<std::byte>(value);
        const std::span<std::byte> placed = memory.place_at_end(cut);
        if (!parse_quic_initial(placed, found)) continue;
        ASSERT_LE(found.source_id.data() + found.source_id.size(), placed.data() + placed.size());
      }
      byte = before;
    }
  }
}

TEST(QuicInitial, LeavesTheFactsAloneUnlessItIsOne) {
  QuicInitial untouched;
  untouched.version = 77;
  EXPECT_FALSE(parse_quic_initial(test::bytes_of("\xc0\0\0\0\1\0\0"s), untouched));
  EXPECT_EQ(untouched.version, 77U);
}

}  // namespace
}  // namespace weir
