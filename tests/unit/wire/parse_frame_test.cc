#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/frames.h"
#include "unit/wire/corpus.h"
#include "wire/tcp_segment.h"

namespace weir {
namespace {

using test::address_of;
using test::Bytes;
using test::FrameBuilder;

[[nodiscard]] FrameKind kind_of(const Bytes& frame) {
  TcpSegment segment;
  return parse_frame(frame, segment);
}

[[nodiscard]] TcpSegment facts_of(const Bytes& frame) {
  TcpSegment segment;
  EXPECT_EQ(parse_frame(frame, segment), FrameKind::kTcp);
  return segment;
}

/// The frame with one byte changed.
[[nodiscard]] Bytes with(Bytes frame, std::size_t offset, unsigned value) {
  frame.at(offset) = static_cast<std::byte>(value);
  return frame;
}

[[nodiscard]] FrameBuilder tcp4() {
  return FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(40000, 80);
}
[[nodiscard]] FrameBuilder tcp6() {
  return FrameBuilder().v6("fd00::1", "fd00::2").tcp(40000, 80);
}

// Where fields lie in frames without tags and options.
constexpr std::size_t kV4VersionAndLength = 14;
constexpr std::size_t kV4TotalLength = 16;
constexpr std::size_t kV4Fragment = 20;
constexpr std::size_t kV6Version = 14;
constexpr std::size_t kV6PayloadLength = 18;
constexpr std::size_t kV6NextHeader = 20;
constexpr std::size_t kV4TcpDataOffset = 14 + 20 + 12;
constexpr std::size_t kV6TcpDataOffset = 14 + 40 + 12;

TEST(ParseFrame, KnowsEveryShapeOfTheCorpus) {
  for (const test::Sample& sample : test::corpus()) EXPECT_EQ(kind_of(sample.frame), sample.kind) << sample.name;
}

TEST(ParseFrame, ReadsEveryFactOfAnIpv4Segment) {
  const TcpSegment facts = facts_of(tcp4()
                                        .seq(0x01020304)
                                        .ack(0xfffefdfc)
                                        .flags(tcp_flag::kAck | tcp_flag::kPsh)
                                        .window(0xabcd)
                                        .payload("GET /")
                                        .build());
  EXPECT_EQ(facts.source, address_of("10.9.0.1"));
  EXPECT_EQ(facts.destination, address_of("10.9.0.2"));
  EXPECT_TRUE(facts.source.is_v4());
  EXPECT_EQ(facts.source_port, 40000);
  EXPECT_EQ(facts.destination_port, 80);
  EXPECT_EQ(facts.sequence, 0x01020304U);
  EXPECT_EQ(facts.acknowledgment, 0xfffefdfcU);
  EXPECT_EQ(facts.vlan, 0U);
  EXPECT_EQ(facts.l3_offset, 14);
  EXPECT_EQ(facts.l4_offset, 34);
  EXPECT_EQ(facts.payload_offset, 54);
  EXPECT_EQ(facts.payload_length, 5);
  EXPECT_EQ(facts.window, 0xabcd);
  EXPECT_EQ(facts.flags, tcp_flag::kAck | tcp_flag::kPsh);
  EXPECT_FALSE(facts.is_v6);
}

TEST(ParseFrame, ReadsEveryFactOfAnIpv6Segment) {
  const TcpSegment facts = facts_of(FrameBuilder()
                                        .v6("2001:db8::a", "2001:db8::b")
                                        .tcp(443, 65535)
                                        .seq(0xffffffff)
                                        .ack(7)
                                        .flags(tcp_flag::kSyn | tcp_flag::kAck)
                                        .window(1)
                                        .tcp_options(20)
                                        .payload("fast open")
                                        .build());
  EXPECT_EQ(facts.source, address_of("2001:db8::a"));
  EXPECT_EQ(facts.destination, address_of("2001:db8::b"));
  EXPECT_EQ(facts.source_port, 443);
  EXPECT_EQ(facts.destination_port, 65535);
  EXPECT_EQ(facts.sequence, 0xffffffffU);
  EXPECT_EQ(facts.acknowledgment, 7U);
  EXPECT_EQ(facts.vlan, 0U);
  EXPECT_EQ(facts.l3_offset, 14);
  EXPECT_EQ(facts.l4_offset, 54);
  EXPECT_EQ(facts.payload_offset, 94);
  EXPECT_EQ(facts.payload_length, 9);
  EXPECT_EQ(facts.window, 1);
  EXPECT_EQ(facts.flags, tcp_flag::kSyn | tcp_flag::kAck);
  EXPECT_TRUE(facts.is_v6);
  EXPECT_EQ(facts.sequence_end(), 9U);  // one for SYN, nine of payload, around 2^32
}

TEST(ParseFrame, ReadsAllEightFlags) {
  for (unsigned flags = 0; flags < 256; ++flags) EXPECT_EQ(facts_of(tcp4().flags(flags).build()).flags, flags);
}

TEST(ParseFrame, ReadsDscpWithoutEcn) {
  for (unsigned dscp = 0; dscp < 64; ++dscp) {
    EXPECT_EQ(facts_of(tcp4().dscp(dscp, dscp & 3U).build()).dscp, dscp);
    EXPECT_EQ(facts_of(tcp6().dscp(dscp, 3 - (dscp & 3U)).qinq(1, 2).build()).dscp, dscp);
  }
}

TEST(ParseFrame, CountsOptionsOfBothHeaders) {
  const TcpSegment facts = facts_of(tcp4().ip_options(12).tcp_options(32).payload("x").build());
  EXPECT_EQ(facts.l4_offset, 14 + 32);
  EXPECT_EQ(facts.payload_offset, 14 + 32 + 52);
  EXPECT_EQ(facts.payload_length, 1);
}

TEST(ParseFrame, TakesNoPaddingForPayload) {
  EXPECT_EQ(facts_of(tcp4().pad_to(60).build()).payload_length, 0);
  EXPECT_EQ(facts_of(tcp4().payload("abc").pad_to(60).build()).payload_length, 3);
  EXPECT_EQ(facts_of(tcp6().payload("abc").pad_to(100).build()).payload_length, 3);
}

TEST(ParseFrame, ReadsTheLargestPacket) {
  const TcpSegment facts = facts_of(tcp4().payload(Bytes(65535 - 40)).build());
  EXPECT_EQ(facts.payload_length, 65535 - 40);
  EXPECT_EQ(facts_of(tcp6().payload(Bytes(65535 - 20)).build()).payload_length, 65535 - 20);
}

TEST(ParseFrame, TellsTagsApart) {
  EXPECT_EQ(facts_of(tcp4().vlan(0).build()).vlan, 1U << 16U);  // a priority tag is a tag
  EXPECT_EQ(facts_of(tcp4().vlan(100).build()).vlan, 101U << 16U);
  EXPECT_EQ(facts_of(tcp4().vlan(4095, 0x88a8).build()).vlan, 4096U << 16U);
  EXPECT_EQ(facts_of(tcp4().qinq(100, 200).build()).vlan, 101U << 16U | 201U);
  EXPECT_EQ(facts_of(tcp6().vlan(5).vlan(0).build()).vlan, 6U << 16U | 1U);
}

TEST(ParseFrame, LeavesPriorityOutOfTheVlanId) {
  const TcpSegment facts = facts_of(tcp4().vlan(0xf000 | 100).build());
  EXPECT_EQ(facts.vlan, 101U << 16U);
  EXPECT_EQ(facts.l3_offset, 18);
}

TEST(ParseFrame, OffsetsCountTags) {
  const TcpSegment facts = facts_of(tcp6().qinq(1, 2).payload("abc").build());
  EXPECT_EQ(facts.l3_offset, 22);
  EXPECT_EQ(facts.l4_offset, 62);
  EXPECT_EQ(facts.payload_offset, 82);
  EXPECT_EQ(facts.payload_length, 3);
}

TEST(ParseFrame, MoreThanTwoTagsAreAnotherMatter) {
  EXPECT_EQ(kind_of(tcp4().qinq(1, 2).vlan(3).build()), FrameKind::kOther);
  EXPECT_EQ(kind_of(tcp4().vlan(1, 0x9100).build()), FrameKind::kOther);  // a tag type that no standard knows
}

TEST(ParseFrame, WhatIsNotIpIsOther) {
  constexpr std::array<std::uint16_t, 8> kTypes = {0x0000, 0x0026, 0x05ff, 0x0600, 0x0806, 0x8847, 0x88cc, 0xffff};
  for (const std::uint16_t type : kTypes) {
    EXPECT_EQ(kind_of(FrameBuilder().raw(type).payload("anything").build()), FrameKind::kOther) << type;
    EXPECT_EQ(kind_of(FrameBuilder().vlan(9).raw(type).build()), FrameKind::kOther) << type;
  }
}

TEST(ParseFrame, EveryOtherProtocolIsOther) {
  for (unsigned number = 0; number < 256; ++number) {
    const auto protocol = static_cast<std::uint8_t>(number);
    const Bytes frame = FrameBuilder().v4("10.9.0.1", "10.9.0.2").protocol(protocol).payload("short").build();
    // Five bytes are too few for a TCP header, and no protocol over IPv4 but TCP is looked at.
    EXPECT_EQ(kind_of(frame), number == 6 ? FrameKind::kMalformed : FrameKind::kOther) << number;
  }
}

TEST(ParseFrame, Ipv4LengthsMustAgree) {
  const Bytes good = tcp4().payload("01234567").build();                             // total length 48
  EXPECT_EQ(kind_of(with(good, kV4VersionAndLength, 0x44)), FrameKind::kMalformed);  // a header of 16 bytes
  EXPECT_EQ(kind_of(with(good, kV4VersionAndLength, 0x4d)), FrameKind::kMalformed);  // of 52: beyond the packet
  EXPECT_EQ(kind_of(with(good, kV4VersionAndLength, 0x65)), FrameKind::kMalformed);  // another version
  EXPECT_EQ(kind_of(with(good, kV4TotalLength + 1, 19)), FrameKind::kMalformed);
  EXPECT_EQ(kind_of(with(good, kV4TotalLength + 1, 39)), FrameKind::kMalformed);  // cuts the TCP header
  EXPECT_EQ(kind_of(with(good, kV4TotalLength + 1, 40)), FrameKind::kTcp);
  EXPECT_EQ(kind_of(with(good, kV4TotalLength + 1, 49)), FrameKind::kMalformed);  // one more than the frame holds
  EXPECT_EQ(kind_of(with(good, kV4TotalLength, 1)), FrameKind::kMalformed);       // 256 more
}

TEST(ParseFrame, AnIpv4LengthOfZeroIsMalformed) {
  // So a kernel marks a GSO frame over 64 KiB; weir is told to switch that off at its neighbours.
  EXPECT_EQ(kind_of(with(tcp4().build(), kV4TotalLength + 1, 0)), FrameKind::kMalformed);
}

TEST(ParseFrame, TcpDataOffsetMustAgree) {
  const Bytes v4 = tcp4().payload("01234567").build();
  const Bytes v6 = tcp6().payload("01234567").build();
  for (unsigned words = 0; words < 16; ++words) {
    const FrameKind expected = words >= 5 && words <= 7 ? FrameKind::kTcp : FrameKind::kMalformed;
    EXPECT_EQ(kind_of(with(v4, kV4TcpDataOffset, words << 4U)), expected) << words;
    EXPECT_EQ(kind_of(with(v6, kV6TcpDataOffset, words << 4U)), expected) << words;
  }
}

TEST(ParseFrame, KnowsIpv4FragmentsAndIgnoresDontFragment) {
  EXPECT_EQ(kind_of(tcp4().dont_fragment().build()), FrameKind::kTcp);
  EXPECT_EQ(kind_of(tcp4().dont_fragment().fragment(0, true).build()), FrameKind::kFragment);
  EXPECT_EQ(kind_of(tcp4().fragment(8, false).build()), FrameKind::kFragment);
  EXPECT_EQ(kind_of(tcp4().fragment(65528, true).build()), FrameKind::kFragment);
  EXPECT_EQ(kind_of(with(tcp4().build(), kV4Fragment, 0x80)), FrameKind::kTcp);  // the reserved bit (RFC 791)
  EXPECT_EQ(kind_of(FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(1, 2).fragment(0, true).build()),
            FrameKind::kFragment);
}

TEST(ParseFrame, Ipv6LengthsMustAgree) {
  const Bytes good = tcp6().payload("01234567").build();  // payload length 28
  EXPECT_EQ(kind_of(with(good, kV6Version, 0x40)), FrameKind::kMalformed);
  EXPECT_EQ(kind_of(with(good, kV6Version, 0x6f)), FrameKind::kTcp);  // a traffic class
  EXPECT_EQ(kind_of(with(good, kV6PayloadLength + 1, 0)), FrameKind::kMalformed);
  EXPECT_EQ(kind_of(with(good, kV6PayloadLength + 1, 19)), FrameKind::kMalformed);
  EXPECT_EQ(kind_of(with(good, kV6PayloadLength + 1, 20)), FrameKind::kTcp);
  EXPECT_EQ(kind_of(with(good, kV6PayloadLength + 1, 29)), FrameKind::kMalformed);
  EXPECT_EQ(kind_of(with(with(good, kV6PayloadLength + 1, 0), kV6NextHeader, 59)), FrameKind::kOther);
}

TEST(ParseFrame, WalksExtensionHeadersToTheSegment) {
  const TcpSegment facts = facts_of(tcp6().extension(0).extension(43, 24).extension(60, 2048).payload("abc").build());
  EXPECT_EQ(facts.l4_offset, 54 + 8 + 24 + 2048);
  EXPECT_EQ(facts.payload_length, 3);
  EXPECT_EQ(facts.source_port, 40000);
}

TEST(ParseFrame, WalksEightExtensionHeadersAndNoMore) {
  FrameBuilder builder = tcp6();
  for (int i = 0; i < 8; ++i) builder.extension(60);
  EXPECT_EQ(facts_of(builder.build()).l4_offset, 54 + 8 * 8);
  EXPECT_EQ(kind_of(FrameBuilder(builder).fragment(0, true).build()), FrameKind::kFragment);
  EXPECT_EQ(kind_of(builder.extension(60).build()), FrameKind::kOther);
}

TEST(ParseFrame, AnyFragmentHeaderMakesAnIpv6Fragment) {
  EXPECT_EQ(kind_of(tcp6().fragment(0, true).build()), FrameKind::kFragment);
  EXPECT_EQ(kind_of(tcp6().fragment(1232, false).build()), FrameKind::kFragment);
  EXPECT_EQ(kind_of(tcp6().fragment(0, false).build()), FrameKind::kFragment);  // an atomic one (RFC 6946)
  EXPECT_EQ(kind_of(tcp6().extension(0).extension(60).fragment(8, true).build()), FrameKind::kFragment);
}

TEST(ParseFrame, ExtensionHeadersMustLieInsideThePacket) {
  const Bytes good = tcp6().extension(60).build();
  constexpr std::size_t kExtensionLength = 14 + 40 + 1;
  EXPECT_EQ(kind_of(with(good, kExtensionLength, 1)), FrameKind::kMalformed);  // leaves 12 bytes for TCP
  EXPECT_EQ(kind_of(with(good, kExtensionLength, 3)), FrameKind::kMalformed);  // ends behind the packet
  EXPECT_EQ(kind_of(with(good, kV6PayloadLength + 1, 7)), FrameKind::kMalformed);
  const Bytes fragment = tcp6().fragment(0, true).build();
  EXPECT_EQ(kind_of(with(fragment, kV6PayloadLength + 1, 7)), FrameKind::kMalformed);
}

TEST(ParseFrame, LeavesTheSegmentAloneUnlessItIsTcp) {
  TcpSegment untouched;
  untouched.source = address_of("192.0.2.1");
  untouched.payload_length = 77;
  for (const test::Sample& sample : test::corpus()) {
    if (sample.kind == FrameKind::kTcp) continue;
    TcpSegment segment = untouched;
    EXPECT_NE(parse_frame(sample.frame, segment), FrameKind::kTcp) << sample.name;
    EXPECT_EQ(segment, untouched) << sample.name;
  }
}

TEST(ParseFrame, OverwritesEveryFactOfAnEarlierSegment) {
  for (const test::Sample& sample : test::corpus()) {
    if (sample.kind != FrameKind::kTcp) continue;
    TcpSegment used = facts_of(tcp6().qinq(9, 9).flags(0xff).payload("earlier").build());
    EXPECT_EQ(parse_frame(sample.frame, used), FrameKind::kTcp);
    EXPECT_EQ(used, facts_of(sample.frame)) << sample.name;
  }
}

}  // namespace
}  // namespace weir
