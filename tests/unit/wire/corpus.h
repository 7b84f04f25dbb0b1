// The frames that the tests of wire share: one of each shape that matters, and what parse_frame makes of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/frames.h"
#include "wire/tcp_segment.h"

namespace weir::test {

struct Sample {
  std::string name;
  Bytes frame;
  FrameKind kind = FrameKind::kTcp;
  /// With fewer bytes than this the frame is malformed; from here on the rest is padding and changes nothing.
  std::size_t least_length = 0;
};

/// An IPv6 packet whose length is 0, with a hop-by-hop header that would hold the real one (RFC 2675).
[[nodiscard]] inline Bytes jumbogram() {
  Bytes packet(40);
  packet[0] = std::byte{0x60};
  packet[6] = std::byte{0};  // hop-by-hop comes next
  packet.resize(40 + 8);
  packet[40] = std::byte{6};  // then TCP
  packet[42] = std::byte{0xc2};
  packet[43] = std::byte{4};
  packet[45] = std::byte{1};  // 65 536 bytes
  return packet;
}

[[nodiscard]] inline std::vector<Sample> corpus() {
  constexpr FrameKind kTcp = FrameKind::kTcp;
  constexpr FrameKind kOther = FrameKind::kOther;
  constexpr FrameKind kFragment = FrameKind::kFragment;
  const FrameBuilder plain;
  const FrameBuilder v4 = FrameBuilder().v4("10.9.0.1", "10.9.0.2");
  const FrameBuilder v6 = FrameBuilder().v6("fd00::1", "fd00::2");
  const FrameBuilder tcp4 = FrameBuilder(v4).tcp(40000, 80);
  const FrameBuilder tcp6 = FrameBuilder(v6).tcp(40000, 80);
  return {
      {"v4 ack", FrameBuilder(tcp4).build(), kTcp, 54},
      {"v4 ack, padded", FrameBuilder(tcp4).pad_to(60).build(), kTcp, 54},
      {"v4 payload", FrameBuilder(tcp4).payload("GET / HTTP/1.1\r\n").build(), kTcp, 70},
      {"v4 options everywhere", FrameBuilder(tcp4).ip_options(40).tcp_options(40).payload("x").build(), kTcp, 135},
      {"v4 in a vlan", FrameBuilder(tcp4).vlan(100).payload("x").build(), kTcp, 59},
      {"v4 in qinq", FrameBuilder(tcp4).qinq(7, 4095).pad_to(80).build(), kTcp, 62},
      {"v4 in three tags", FrameBuilder(tcp4).vlan(1).vlan(2).vlan(3).build(), kOther, 22},
      {"v4 first fragment", FrameBuilder(tcp4).payload("01234567").fragment(0, true).build(), kFragment, 62},
      {"v4 later fragment", FrameBuilder(v4).payload("01234567").fragment(1480, false).build(), kFragment, 42},
      {"v4 udp", FrameBuilder(v4).udp(5000, 53).payload("query").build(), kOther, 47},
      {"v4 icmp", FrameBuilder(v4).icmp().payload("ping").build(), kOther, 46},
      {"arp", FrameBuilder(plain).arp("10.9.0.1", "10.9.0.2").pad_to(60).build(), kOther, 14},
      {"802.3 length", FrameBuilder(plain).raw(0x0026).payload("BBC").pad_to(60).build(), kOther, 14},
      {"v6 ack", FrameBuilder(tcp6).build(), kTcp, 74},
      {"v6 payload, padded", FrameBuilder(tcp6).payload("hello").pad_to(90).build(), kTcp, 79},
      {"v6 in qinq", FrameBuilder(tcp6).qinq(100, 200).tcp_options(12).build(), kTcp, 94},
      {"v6 extensions", FrameBuilder(tcp6).extension(0).extension(43, 24).extension(60, 16).build(), kTcp, 122},
      {"v6 fragment", FrameBuilder(tcp6).extension(0).fragment(0, true).build(), kFragment, 90},
      {"v6 udp", FrameBuilder(v6).udp(5000, 53).payload("query").build(), kOther, 67},
      {"v6 icmp behind an extension", FrameBuilder(v6).extension(0).icmp().build(), kOther, 70},
      {"v6 jumbogram", FrameBuilder(plain).raw(0x86dd).payload(jumbogram()).build(), kOther, 54},
  };
}

}  // namespace weir::test
