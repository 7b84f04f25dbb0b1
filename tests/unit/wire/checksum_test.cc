#include "wire/checksum.h"

#include <gtest/gtest.h>

#include <array>

#include "base/draw.h"
#include "support/frames.h"

namespace weir {
namespace {

using test::Bytes;

[[nodiscard]] std::uint16_t checksum_of(std::span<const std::byte> bytes) {
  InternetChecksum checksum;
  checksum.add(bytes);
  return checksum.value();
}

[[nodiscard]] Bytes drawn_bytes(std::size_t length) {
  Bytes bytes;
  for (std::size_t i = 0; i < length; ++i) bytes.push_back(static_cast<std::byte>(draw_bits(1071, length, i) & 0xffU));
  return bytes;
}

TEST(InternetChecksum, AgreesWithTheExampleOfRfc1071) {
  constexpr std::array<std::uint8_t, 8> kExample = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(checksum_of(std::as_bytes(std::span(kExample))), 0x220d);  // RFC 1071, 3: the sum is ddf2
}

TEST(InternetChecksum, OfNothingIsAllOnes) {
  EXPECT_EQ(checksum_of({}), 0xffff);
}

TEST(InternetChecksum, FoldsEveryCarry) {
  EXPECT_EQ(checksum_of(Bytes(65534, std::byte{0xff})), 0);
  EXPECT_EQ(checksum_of(Bytes(65535, std::byte{0xff})), 0x00ff);
}

TEST(InternetChecksum, AgreesWithThePlainSumAtEveryLength) {
  for (std::size_t length = 0; length < 200; ++length) {
    const Bytes bytes = drawn_bytes(length);
    EXPECT_EQ(checksum_of(bytes), 0xffffU - test::ones_complement_sum(bytes)) << length;
  }
}

TEST(InternetChecksum, IsTheSameInPieces) {
  const Bytes bytes = drawn_bytes(61);
  for (std::size_t cut = 0; cut < bytes.size(); cut += 2) {
    InternetChecksum checksum;
    checksum.add(std::span(bytes).first(cut));
    checksum.add(std::span(bytes).subspan(cut));
    EXPECT_EQ(checksum.value(), checksum_of(bytes)) << cut;
  }
}

TEST(InternetChecksum, AWordCountsAsItsBytesInNetworkOrder) {
  InternetChecksum checksum;
  checksum.add(std::uint16_t{0x1234});
  EXPECT_EQ(checksum.value(), checksum_of(std::array{std::byte{0x12}, std::byte{0x34}}));
}

}  // namespace
}  // namespace weir
