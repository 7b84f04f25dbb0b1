#include "wire/udp_datagram.h"

#include <gtest/gtest.h>

#include "support/frames.h"
#include "support/guarded_memory.h"
#include "unit/wire/corpus.h"

namespace weir {
namespace {

using test::address_of;
using test::Bytes;
using test::FrameBuilder;
using test::GuardedMemory;

[[nodiscard]] FrameBuilder udp4() {
  return FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(40000, 443);
}
[[nodiscard]] FrameBuilder udp6() {
  return FrameBuilder().v6("fd00::1", "fd00::2").udp(40000, 443);
}
[[nodiscard]] bool is_udp(const Bytes& frame) {
  UdpDatagram datagram;
  return parse_udp(frame, datagram);
}
[[nodiscard]] UdpDatagram facts_of(const Bytes& frame) {
  UdpDatagram datagram;
  EXPECT_TRUE(parse_udp(frame, datagram));
  return datagram;
}
[[nodiscard]] Bytes with(Bytes frame, std::size_t offset, unsigned value) {
  frame.at(offset) = static_cast<std::byte>(value);
  return frame;
}

TEST(ParseUdp, ReadsEveryFactOverIpv4) {
  const UdpDatagram facts = facts_of(udp4().dscp(46, 1).vlan(7).payload("query").pad_to(64).build());
  EXPECT_EQ(facts.source, address_of("10.9.0.1"));
  EXPECT_EQ(facts.destination, address_of("10.9.0.2"));
  EXPECT_EQ(facts.source_port, 40000);
  EXPECT_EQ(facts.destination_port, 443);
  EXPECT_EQ(facts.vlan, 8U << 16U);
  EXPECT_EQ(facts.l3_offset, 18);
  EXPECT_EQ(facts.l4_offset, 38);
  EXPECT_EQ(facts.payload_offset, 46);
  EXPECT_EQ(facts.payload_length, 5);
  EXPECT_EQ(facts.dscp, 46);
  EXPECT_FALSE(facts.is_v6);
}

TEST(ParseUdp, ReadsEveryFactOverIpv6) {
  const UdpDatagram facts =
      facts_of(udp6().dscp(10).qinq(1, 2).extension(0).extension(60, 16).payload("query").build());
  EXPECT_EQ(facts.source, address_of("fd00::1"));
  EXPECT_EQ(facts.destination, address_of("fd00::2"));
  EXPECT_EQ(facts.vlan, 2U << 16U | 3U);
  EXPECT_EQ(facts.l3_offset, 22);
  EXPECT_EQ(facts.l4_offset, 22 + 40 + 24);
  EXPECT_EQ(facts.payload_offset, 22 + 40 + 24 + 8);
  EXPECT_EQ(facts.payload_length, 5);
  EXPECT_EQ(facts.dscp, 10);
  EXPECT_TRUE(facts.is_v6);
}

TEST(ParseUdp, KnowsNothingElseForUdp) {
  for (const test::Sample& sample : test::corpus()) {
    EXPECT_EQ(is_udp(sample.frame), sample.name == "v4 udp" || sample.name == "v6 udp") << sample.name;
  }
  EXPECT_FALSE(is_udp(udp4().payload("01234567").fragment(0, true).build()));
  EXPECT_FALSE(is_udp(udp6().payload("01234567").fragment(8, false).build()));
}

TEST(ParseUdp, LengthsMustAgree) {
  constexpr std::size_t kLength = 14 + 20 + 4;
  const Bytes good = udp4().payload("01234567").build();
  EXPECT_EQ(facts_of(with(good, kLength + 1, 8)).payload_length, 0);
  EXPECT_EQ(facts_of(with(good, kLength + 1, 15)).payload_length, 7);  // the packet may be longer
  EXPECT_FALSE(is_udp(with(good, kLength + 1, 7)));
  EXPECT_FALSE(is_udp(with(good, kLength + 1, 0)));
  EXPECT_FALSE(is_udp(with(good, kLength + 1, 17)));
  EXPECT_FALSE(is_udp(with(good, kLength, 1)));
}

TEST(ParseUdp, ParseFrameStillFindsIt) {
  TcpSegment segment;
  EXPECT_EQ(parse_frame(udp4().build(), segment), FrameKind::kOther);
  EXPECT_EQ(parse_frame(udp6().build(), segment), FrameKind::kOther);
}

TEST(ParseUdp, EveryTruncationAndEveryValueOfEveryByteStaysInside) {
  GuardedMemory memory(4'096);
  for (const Bytes& whole : {udp4().ip_options(8).payload("x").build(), udp6().extension(0).payload("x").build()}) {
    for (std::size_t length = 0; length <= whole.size(); ++length) {
      UdpDatagram facts;
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      ASSERT_EQ(parse_udp(memory.place_at_end(cut), facts), length == whole.size());
      ASSERT_EQ(parse_udp(memory.place_at_start(cut), facts), length == whole.size());
      for (std::size_t at = 12; at < length; ++at) {
        for (unsigned value = 0; value < 256; ++value) {
          UdpDatagram damaged;
          if (!parse_udp(memory.place_at_end(with(cut, at, value)), damaged)) continue;
          ASSERT_LE(std::size_t{damaged.payload_offset} + damaged.payload_length, length);
        }
      }
    }
  }
}

}  // namespace
}  // namespace weir
