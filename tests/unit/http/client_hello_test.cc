// ClientHellos: real ones of OpenSSL against the names it was told to send, and written ones for what it can't be made
// to send (post-quantum key shares, GREASE, ECH, odd records), whole, cut anywhere, and damaged.
#include "http/client_hello.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/guarded_memory.h"
#include "unit/http/facts_sink.h"
#include "unit/http/hello_fixtures.h"

namespace weir::test {
namespace {

using namespace std::string_literals;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}
std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// ---- hellos written by hand ----------------------------------------------------------------------------------------

/// Adds up by append: g++ 12 warns of operator+ on temporary strings without cause.
std::string join(std::initializer_list<std::string_view> parts) {
  std::string whole;
  for (const std::string_view part : parts) whole.append(part);
  return whole;
}
std::string number(std::size_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = bytes; i > 0; --i) text.push_back(static_cast<char>(value >> (8 * (i - 1))));
  return text;
}
/// A vector with its length before it (RFC 8446, 3.4).
std::string vector(std::string_view contents, std::size_t length_bytes) {
  return join({number(contents.size(), length_bytes), contents});
}
std::string extension(unsigned type, std::string_view contents) {
  return join({number(type, 2), vector(contents, 2)});
}
std::string server_name(std::string_view name) {
  return extension(0, vector(join({"\0"s, vector(name, 2)}), 2));
}
std::string alpn(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += vector(name, 1);
  return extension(16, vector(list, 2));
}
/// A ClientHello message with these extensions; GREASE among its cipher suites (RFC 8701).
std::string hello(std::initializer_list<std::string_view> extensions) {
  const std::string suites = "\x1a\x1a\x13\x01\x13\x02"s;
  const std::string body = join({"\x03\x03", std::string(32, 'r'), vector(std::string(32, 's'), 1), vector(suites, 2),
                                 vector("\0"s, 1), vector(join(extensions), 2)});
  return join({"\x01", vector(body, 3)});
}
std::string in_records(std::string_view message, std::size_t longest = 16'384) {
  std::string records;
  for (std::size_t at = 0; at < message.size(); at += longest) {
    records.append("\x16\x03\x01").append(vector(message.substr(at, longest), 2));
  }
  return records;
}
/// As a browser sends it: GREASE at both ends, ECH, a key share of X25519MLKEM768 (1216 bytes) beside one of X25519.
std::string browser_hello() {
  const std::string shares = join(
      {"\x2a\x2a\0\1\0"s, "\x11\xec", vector(std::string(1'216, 'k'), 2), "\0\x1d"s, vector(std::string(32, 'x'), 2)});
  return hello({extension(0x2a2a, ""), extension(23, ""), extension(51, vector(shares, 2)), alpn({"h2", "http/1.1"}),
                extension(0xfe0d, std::string(250, 'e')), extension(35, ""), server_name("public.example"),
                extension(0x3a3a, "\0"s), extension(41, std::string(100, 'p'))});
}

// ---- by way of the tracker -----------------------------------------------------------------------------------------

std::string told_of(const HelloFixture& fixture) {
  std::string text = "hello ";
  text.append(fixture.server_name);
  for (const std::string& name : fixture.alpns) text.append(" ").append(name);
  return text;
}

void expect_told(Telling& telling, const std::string& told) {
  ASSERT_EQ(telling.sink.told, Told{told});
  ASSERT_EQ(telling.lost, 0);
  ASSERT_EQ(telling.store.in_use(), 0);
  ASSERT_EQ(telling.tracker.protocol(), Protocol::kTls);
}

void expect_told_however_it_is_cut(const std::string& records, const std::string& told) {
  GuardedMemory memory(8'192);
  for (std::size_t cut = 0; cut < records.size(); ++cut) {
    Telling telling;
    unsigned requests = telling.client(memory.place_at_end(bytes_of(records).first(cut))).requests;
    requests += telling.client(memory.place_at_start(bytes_of(records).subspan(cut))).requests;
    EXPECT_EQ(requests, 1U);
    ASSERT_NO_FATAL_FAILURE(expect_told(telling, told)) << cut;
  }
  Telling bytewise;
  for (const char& c : records) {
    ASSERT_TRUE(bytewise.sink.told.empty());
    bytewise.client(std::string_view(&c, 1));
  }
  expect_told(bytewise, told);
}

TEST(ClientHello, OfOpensslIsReadHoweverItIsCut) {
  for (const HelloFixture& fixture : hello_fixtures()) {
    SCOPED_TRACE(fixture.name);
    expect_told_however_it_is_cut(from_hex(fixture.hex), told_of(fixture));
  }
}

TEST(ClientHello, OfABrowserIsReadHoweverItIsCut) {
  const std::string told = "hello public.example h2 http/1.1";
  EXPECT_GT(browser_hello().size(), 1'700U);
  expect_told_however_it_is_cut(in_records(browser_hello()), told);
  expect_told_however_it_is_cut(in_records(browser_hello(), 1'000), told);
  expect_told_however_it_is_cut(in_records(hello({server_name("a"), alpn({"b"})}), 1), "hello a b");
}

TEST(ClientHello, InOneSegmentAndRecordTakesNoSlot) {
  Telling telling(0);
  telling.client(join({in_records(browser_hello()), "\x14\x03\x03\0\1\1 early data"s}));
  expect_told(telling, "hello public.example h2 http/1.1");
}

TEST(ClientHello, WithoutRoomSaysWhatItsFirstPieceHolds) {
  const std::string records = in_records(hello({server_name("a.example"), alpn({"h2"}), extension(51, "k")}));
  for (std::size_t cut = 6; cut < records.size(); ++cut) {
    Telling telling(0);
    telling.client(records.substr(0, cut));
    telling.client(records.substr(cut));
    ASSERT_EQ(telling.sink.told.size(), 1U);
    const std::string told = telling.sink.told.front();
    ASSERT_TRUE(told == "hello " || told == "hello a.example" || told == "hello a.example h2") << told;
    ASSERT_TRUE(cut + 1 < records.size() || told == "hello a.example h2") << told;
    ASSERT_EQ(telling.lost, 1);
  }
  Telling recognised_late(0);
  recognised_late.client(records.substr(0, 3));
  recognised_late.client(records.substr(3));
  EXPECT_EQ(recognised_late.sink.told, Told{"hello "});
  EXPECT_EQ(recognised_late.lost, 1);
}

TEST(ClientHello, LongerThanASlotSaysWhatCameFirst) {
  Telling telling;
  const std::string records =
      in_records(hello({server_name("a.example"), extension(51, std::string(3'000, 'k')), alpn({"h2"})}));
  telling.client(records.substr(0, 1'400));
  EXPECT_TRUE(telling.sink.told.empty());
  telling.client(records.substr(1'400));
  EXPECT_EQ(telling.sink.told, Told{"hello a.example"});
  EXPECT_EQ(telling.lost, 1);
  EXPECT_EQ(telling.store.in_use(), 0);
}

TEST(ClientHello, IsGivenUpWhereBytesAreMissing) {
  Telling telling;
  const std::string records = in_records(browser_hello());
  telling.client(records.substr(0, 100));
  telling.tracker.lose_client_sync();
  telling.client("after the gap");
  EXPECT_EQ(telling.sink.told, Told{"hello "});
  EXPECT_EQ(telling.lost, 1);
  EXPECT_EQ(telling.store.in_use(), 0);
}

TEST(ClientHello, IsGivenUpWhereAnotherRecordBreaksIn) {
  Telling telling;
  const std::string message = hello({server_name("a.example")});
  telling.client(join({in_records(message.substr(0, 50)), "\x15\x03\x03\0\2\1\0"s}));
  EXPECT_EQ(telling.sink.told, Told{"hello "});
  EXPECT_EQ(telling.lost, 1);
}

TEST(ClientHello, IsToldOnceAndTurnsGoOnMeanwhile) {
  Telling telling;
  const std::string records = in_records(browser_hello());
  EXPECT_EQ(telling.client(records.substr(0, 700)).requests, 1);
  EXPECT_EQ(telling.client(records.substr(700, 700)).requests, 0);
  EXPECT_EQ(telling.server("alert").responses, 1);
  EXPECT_EQ(telling.client(records.substr(1'400)).requests, 1);
  EXPECT_EQ(telling.client(records).requests, 0);
  EXPECT_EQ(telling.server("hello").responses, 1);
  EXPECT_EQ(telling.client(records).requests, 1);
  EXPECT_EQ(telling.sink.told.size(), 1U);
}

TEST(ClientHello, IsNotWaitedForWithoutASink) {
  Telling telling;
  const std::string records = in_records(browser_hello());
  telling.tracker.on_client(bytes_of(records).first(700));
  telling.client(records.substr(700));
  EXPECT_TRUE(telling.sink.told.empty());
  EXPECT_EQ(telling.tracker.protocol(), Protocol::kTls);
}

TEST(ClientHello, GivenUpAtTheEndOfTheConnection) {
  Telling telling;
  telling.client(in_records(browser_hello()).substr(0, 700));
  EXPECT_EQ(telling.store.in_use(), 1);
  telling.tracker.give_up_facts(telling.store);
  EXPECT_EQ(telling.store.in_use(), 0);
}

// ---- by itself -----------------------------------------------------------------------------------------------------

struct Names {
  std::string server_name;
  std::vector<std::string> alpns;
};

Names names_in(std::span<const std::byte> message) {
  std::array<std::string_view, kMostAlpns> room;
  const HelloFacts facts = read_client_hello(message, room);
  return {std::string(facts.server_name), {facts.alpns.begin(), facts.alpns.end()}};
}

TEST(ReadClientHello, TakesTheFirstOfEachExtension) {
  const Names names = names_in(bytes_of(hello({alpn({"h2"}), server_name("a"), alpn({"x"}), server_name("b")})));
  EXPECT_EQ(names.server_name, "a");
  EXPECT_EQ(names.alpns, std::vector<std::string>{"h2"});
}

TEST(ReadClientHello, PassesOverNamesOfAnotherType) {
  const std::string list = vector(join({"\x07", vector("other", 2), "\0"s, vector("a.example", 2)}), 2);
  EXPECT_EQ(names_in(bytes_of(hello({extension(0, list)}))).server_name, "a.example");
}

TEST(ReadClientHello, KeepsSixteenProtocols) {
  std::vector<std::string> many;
  for (int i = 0; i < 40; ++i) many.push_back(join({"p", std::to_string(i)}));
  const Names names = names_in(bytes_of(hello({alpn(many)})));
  many.resize(kMostAlpns);
  EXPECT_EQ(names.alpns, many);
}

TEST(ReadClientHello, OfABrokenExtensionSaysNothing) {
  EXPECT_EQ(names_in(bytes_of(hello({extension(0, join({"\0\x20\0\0\x09"s, "a.example"}))}))).server_name, "");
  EXPECT_EQ(names_in(bytes_of(hello({extension(0, "")}))).server_name, "");
  EXPECT_TRUE(names_in(bytes_of(hello({extension(16, "\0\x09\x02h2"s)}))).alpns.empty());
}

TEST(ReadClientHello, EveryTruncationAndEveryValueOfEveryByteStaysInside) {
  GuardedMemory memory(4'096);
  const std::string whole = hello({extension(0x1a1a, ""), server_name("a.example"), alpn({"h2", "http/1.1"})});
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const Names names = names_in(memory.place_at_end(bytes_of(whole).first(length)));
    EXPECT_TRUE(names.server_name.empty() || names.server_name == "a.example");
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(value);
      const Names names = names_in(memory.place_at_end(bytes_of(damaged)));
      ASSERT_LE(names.server_name.size(), whole.size());
    }
  }
}

TEST(MeasureClientHello, EveryValueOfEveryByteOfTheHeadersStaysInside) {
  GuardedMemory memory(4'096);
  const std::string whole = in_records(hello({server_name("a")}), 40);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(value);
      for (const std::size_t length : {damaged.size(), damaged.size() / 2, std::size_t{5}, std::size_t{44}}) {
        const std::span<std::byte> records = memory.place_at_end(bytes_of(damaged).first(length));
        static_cast<void>(measure_client_hello(records));
        ASSERT_LE(within_first_record(records).size(), length);
        ASSERT_LE(strip_record_headers(records), length);
      }
    }
  }
}

TEST(MeasureClientHello, KnowsWhenItIsComplete) {
  const std::string one = in_records(hello({server_name("a.example")}));
  const std::string two = in_records(hello({server_name("a.example")}), 60);
  for (std::size_t length = 0; length < one.size(); ++length) {
    EXPECT_EQ(measure_client_hello(bytes_of(one).first(length)), HelloExtent::kPartial);
  }
  for (std::size_t length = 0; length < two.size(); ++length) {
    EXPECT_EQ(measure_client_hello(bytes_of(two).first(length)), HelloExtent::kPartial);
  }
  EXPECT_EQ(measure_client_hello(bytes_of(one)), HelloExtent::kInRecord);
  EXPECT_EQ(measure_client_hello(bytes_of(two)), HelloExtent::kSpread);
  EXPECT_EQ(measure_client_hello(bytes_of("\x16\x03\x01\0\x01\x02"s)), HelloExtent::kNone);  // a ServerHello
  EXPECT_EQ(measure_client_hello(bytes_of("\x16\x03\x01\0\0"s)), HelloExtent::kNone);
}

}  // namespace
}  // namespace weir::test
