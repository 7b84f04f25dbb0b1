#include "record/side_finder.h"

#include <gtest/gtest.h>

#include "profile/addresses.h"
#include "support/frames.h"
#include "unit/record/capture_bytes.h"

namespace weir::test {
namespace {

constexpr std::string_view kOne = "10.9.0.9";
constexpr std::string_view kTwo = "10.9.0.2";

Side ask(SideFinder& finder, const Bytes& frame, std::uint32_t interface = 0) {
  return finder.side_of({.unix_ns = 0, .interface = interface, .original_length = 0, .bytes = frame});
}
Bytes segment(std::string_view source, std::string_view destination, unsigned from, unsigned to, unsigned flags) {
  return FrameBuilder()
      .v4(source, destination)
      .tcp(static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to))
      .flags(flags)
      .build();
}

TEST(SideFinder, ASynComesFromAAndDecidesForGood) {
  SideFinder finder;
  EXPECT_EQ(ask(finder, segment(kOne, kTwo, 80, 40'000, tcp_flag::kSyn)), Side::kA);
  EXPECT_EQ(ask(finder, segment(kTwo, kOne, 40'000, 80, tcp_flag::kSyn | tcp_flag::kAck)), Side::kB);
  EXPECT_EQ(ask(finder, segment(kTwo, kOne, 50'000, 8'080, tcp_flag::kSyn)), Side::kB) << "the other way round, later";
}

TEST(SideFinder, ASynAckComesFromB) {
  SideFinder finder;
  EXPECT_EQ(ask(finder, segment(kTwo, kOne, 50'000, 40'000, tcp_flag::kSyn | tcp_flag::kAck)), Side::kB);
  EXPECT_EQ(ask(finder, segment(kOne, kTwo, 40'000, 50'000, tcp_flag::kAck)), Side::kA);
}

TEST(SideFinder, WithoutASynThePortsTell) {
  SideFinder well_known;
  EXPECT_EQ(ask(well_known, segment(kTwo, kOne, 443, 5'000, tcp_flag::kAck)), Side::kB);
  SideFinder chosen_by_linux;
  EXPECT_EQ(ask(chosen_by_linux, segment(kTwo, kOne, 8'080, 40'000, tcp_flag::kAck)), Side::kB);
  SideFinder no_sign;
  EXPECT_EQ(ask(no_sign, segment(kTwo, kOne, 8'080, 9'090, tcp_flag::kAck)), Side::kA) << "seen first";
  EXPECT_EQ(ask(no_sign, segment(kOne, kTwo, 9'090, 8'080, tcp_flag::kAck)), Side::kB);
}

TEST(SideFinder, OtherTrafficGoesByWhatIsKnownOfItsHosts) {
  SideFinder finder;
  const Bytes ping = FrameBuilder().v4(kTwo, kOne).icmp().build();
  const Bytes pong = FrameBuilder().v4(kOne, kTwo).icmp().build();
  EXPECT_EQ(ask(finder, ping), Side::kA) << "seen first";
  EXPECT_EQ(ask(finder, pong), Side::kB);
  EXPECT_EQ(ask(finder, segment(kOne, kTwo, 40'000, 80, tcp_flag::kSyn)), Side::kA) << "TCP knows better";
  EXPECT_EQ(ask(finder, ping), Side::kB);
  EXPECT_EQ(ask(finder, FrameBuilder().arp(kTwo, kOne).build()), Side::kB);
}

TEST(SideFinder, FramesWithoutAddressesGoByTheirMac) {
  SideFinder finder;
  const std::array<std::uint8_t, 6> server = {2, 0, 0, 0, 0, 0x22};
  const std::array<std::uint8_t, 6> client = {2, 0, 0, 0, 0, 0x11};
  const Bytes unknown = FrameBuilder().macs(server, client).raw(0x88cc).payload("LLDP").build();
  EXPECT_EQ(ask(finder, unknown), Side::kA);
  const Bytes answer = FrameBuilder().macs(server, client).v4(kTwo, kOne).tcp(80, 40'000).build();
  EXPECT_EQ(ask(finder, answer), Side::kB);
  EXPECT_EQ(ask(finder, unknown), Side::kB);
  EXPECT_EQ(ask(finder, Bytes(3)), Side::kA) << "not even a header";
}

TEST(SideFinder, AClientBlockGoesBeforeAllElse) {
  SideFinder finder(parse_cidr("--client", "10.9.0.2/32"), {InterfacePair{0, 1}, Side::kA});
  EXPECT_EQ(ask(finder, segment(kOne, kTwo, 40'000, 80, tcp_flag::kSyn), 0), Side::kB);
  EXPECT_EQ(ask(finder, segment(kTwo, kOne, 80, 40'000, tcp_flag::kAck), 1), Side::kA);
}

TEST(SideFinder, TwoInterfacesAreTheTwoSides) {
  SideFinder finder({}, {InterfacePair{2, 5}, {}});
  EXPECT_EQ(ask(finder, segment(kOne, kTwo, 40'000, 80, tcp_flag::kSyn), 5), Side::kB);
  EXPECT_EQ(ask(finder, segment(kTwo, kOne, 80, 40'000, tcp_flag::kAck), 2), Side::kA);
}

TEST(SideFinder, Ipv6AndTagsAreSeenThrough) {
  SideFinder finder;
  EXPECT_EQ(ask(finder, FrameBuilder().qinq(7, 8).v6("fd09::9", "fd09::2").tcp(80, 40'000).build()), Side::kB);
  EXPECT_EQ(ask(finder, FrameBuilder().vlan(7).v6("fd09::2", "fd09::9").udp(53, 53).build()), Side::kA);
}

TEST(SideFinder, LooksForInterfacesThatHoldFrames) {
  const ScratchFile file("sides.pcapng");
  const auto found = [&file](const CaptureBytes& capture) {
    file.write(capture.bytes());
    return look_at_capture(file.path()).interfaces;
  };
  const CaptureBytes three = CaptureBytes().section().interface().interface().interface();
  EXPECT_EQ(found(CaptureBytes(three).packet(2, 1, "x").packet(0, 2, "y")), (InterfacePair{0, 2}));
  EXPECT_EQ(found(CaptureBytes(three).packet(2, 1, "x")), std::nullopt);
  EXPECT_EQ(found(CaptureBytes(three).packet(2, 1, "x").packet(0, 2, "y").packet(1, 3, "z")), std::nullopt);
  EXPECT_EQ(found(CaptureBytes().pcap_header(0xa1b2c3d4).pcap_packet(0, 0, "x")), std::nullopt);
  EXPECT_EQ(found(CaptureBytes(three).packet(7, 1, "damage")), std::nullopt);
  const CaptureBytes one = CaptureBytes().section().interface().packet(0, 1, "x");
  file.write(one.bytes() + one.bytes());
  EXPECT_EQ(look_at_capture(file.path()).interfaces, std::nullopt) << "the same one, described again";
}

CapturedFrame captured(const Bytes& bytes, CaptureDirection direction, std::uint32_t interface = 0) {
  return {.interface = interface, .direction = direction, .bytes = bytes};
}

TEST(SideFinder, DirectionsOfASingleInterfaceAreTheTwoSides) {
  SideFinder finder({}, {{}, Side::kB});
  const Bytes syn = segment(kOne, kTwo, 40'000, 80, tcp_flag::kSyn);
  EXPECT_EQ(finder.side_of(captured(syn, CaptureDirection::kOutbound)), Side::kB);
  EXPECT_EQ(finder.side_of(captured(syn, CaptureDirection::kInbound)), Side::kA);
  EXPECT_FALSE(finder.has_left(captured(syn, CaptureDirection::kOutbound)));
}

TEST(SideFinder, WhatIsMarkedAsOutboundBetweenTwoInterfacesHasLeft) {
  const SideFinder finder({}, {InterfacePair{0, 1}, {}});
  EXPECT_TRUE(finder.has_left(captured({}, CaptureDirection::kOutbound)));
  EXPECT_FALSE(finder.has_left(captured({}, CaptureDirection::kInbound)));
  EXPECT_FALSE(finder.has_left(captured({}, CaptureDirection::kUnknown)));
}

TEST(SideFinder, LooksForDirections) {
  constexpr std::uint32_t kIn = 1;
  constexpr std::uint32_t kOut = 2;
  const ScratchFile file("directions.pcapng");
  const auto look = [&file](const CaptureBytes& capture) {
    file.write(capture.bytes());
    return look_at_capture(file.path());
  };
  const auto text = [](const Bytes& bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  const std::string syn = text(segment(kOne, kTwo, 40'000, 80, tcp_flag::kSyn));
  const CaptureBytes three = CaptureBytes().section().interface().interface().interface();
  const CaptureLook at_client = look(CaptureBytes(three).packet(0, 1, "x", 0, kIn).packet(0, 2, syn, 0, kOut));
  EXPECT_EQ(at_client.outbound, Side::kA);
  EXPECT_EQ(at_client.interfaces, std::nullopt);
  EXPECT_EQ(look(CaptureBytes(three).packet(0, 1, "x", 0, kOut).packet(0, 2, syn, 0, kIn)).outbound, Side::kB);
  EXPECT_EQ(look(CaptureBytes(three).packet(0, 1, "x", 0, kIn)).outbound, Side::kA) << "nothing shows it";
  EXPECT_EQ(look(CaptureBytes(three).packet(0, 1, "x").packet(0, 2, syn, 0, kOut)).outbound, std::nullopt);
  const CaptureLook own = look(CaptureBytes(three)
                                   .packet(0, 1, "x", 0, kIn)
                                   .packet(1, 2, "x", 0, kOut)
                                   .packet(2, 2, "lost", 0, kOut)
                                   .packet(1, 3, "y", 0, kIn));
  EXPECT_EQ(own.interfaces, (InterfacePair{0, 1})) << "the third has departures only";
  EXPECT_EQ(own.outbound, std::nullopt);
}

}  // namespace
}  // namespace weir::test
