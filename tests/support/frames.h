// Frames for tests, written as one reads them, from the outside in:
//   FrameBuilder().vlan(100).v4("10.9.0.1", "10.9.0.2").tcp(40000, 80).seq(1).ack(2).flags(kAck | kPsh).payload("GET
//   /")
// Lengths and checksums are filled in by build() and are right; a test that wants a wrong one alters the bytes. Shares
// no code with lib/wire, so that each proves the other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "wire/address.h"
#include "wire/tcp_segment.h"

namespace weir::test {

using Bytes = std::vector<std::byte>;

/// The characters of a text, as bytes.
[[nodiscard]] Bytes bytes_of(std::string_view text);

/// An address from its text: "10.9.0.1" or "fd00::1". Throws std::invalid_argument.
[[nodiscard]] IpAddress address_of(std::string_view text);

/// The ones' complement sum of the bytes as 16-bit big-endian words (RFC 1071): 0xffff over bytes that hold their right
/// checksum. Written the plain way: word by word, carry by carry.
[[nodiscard]] std::uint16_t ones_complement_sum(std::span<const std::byte> bytes);

/// Whether the checksums of a TCP frame, IPv4 header's and TCP's, are right. `facts` are parse_frame's.
[[nodiscard]] bool checksums_hold(std::span<const std::byte> frame, const TcpSegment& facts);

/// A client's first Initial of QUIC version 1 (RFC 9000, 17.2.2), to a connection ID; from 10.9.0.1 to 10.9.0.2, 443.
[[nodiscard]] Bytes quic_initial_to(std::string_view id, std::uint16_t port);

class FrameBuilder {
 public:
  /// Ethernet: from and to a MAC address each; 02:00:00:00:00:0a to 02:00:00:00:00:0b unless set.
  FrameBuilder& macs(std::array<std::uint8_t, 6> source, std::array<std::uint8_t, 6> destination);
  /// One more tag, the outer one first. @param id 12 bits, or 16 with priority. @param type 0x8100, or 0x88a8.
  FrameBuilder& vlan(std::uint16_t id, std::uint16_t type = 0x8100);
  FrameBuilder& qinq(std::uint16_t outer, std::uint16_t inner) { return vlan(outer, 0x88a8).vlan(inner); }

  FrameBuilder& v4(std::string_view source, std::string_view destination);
  FrameBuilder& v6(std::string_view source, std::string_view destination);
  FrameBuilder& dont_fragment();
  /// Traffic class: DSCP (6 bits) and ECN (2 bits).
  FrameBuilder& dscp(unsigned value, unsigned ecn = 0);
  /// IPv4 options of so many bytes (a multiple of 4, at most 40), all "no operation".
  FrameBuilder& ip_options(std::size_t length);
  /// One more IPv6 extension header; its length is 8 to 2048 bytes, a multiple of 8. Contents: PadN.
  FrameBuilder& extension(std::uint8_t number, std::size_t length = 8);
  /// Makes it a fragment: IPv4's fields, or an IPv6 fragment header here. @param offset bytes, a multiple of 8.
  FrameBuilder& fragment(std::size_t offset, bool more);

  FrameBuilder& tcp(std::uint16_t source_port, std::uint16_t destination_port);
  FrameBuilder& seq(std::uint32_t number);
  FrameBuilder& ack(std::uint32_t number);
  FrameBuilder& flags(unsigned flags);
  FrameBuilder& window(std::uint16_t bytes);
  /// TCP options of so many bytes (a multiple of 4, at most 40), all "no operation".
  FrameBuilder& tcp_options(std::size_t length);
  /// One more TCP option, as it stands on the wire, with what padding it takes to a multiple of 4 bytes in front.
  FrameBuilder& tcp_option(std::span<const std::uint8_t> bytes);
  /// A SACK block (RFC 2018, 3), behind the other options.
  FrameBuilder& sack(std::uint32_t from, std::uint32_t to);
  /// Timestamps (RFC 7323, 3), behind the other options.
  FrameBuilder& timestamps(std::uint32_t value, std::uint32_t echo);
  FrameBuilder& udp(std::uint16_t source_port, std::uint16_t destination_port);
  /// An echo request: ICMP over IPv4, ICMPv6 over IPv6.
  FrameBuilder& icmp();
  /// "Who has `wanted`? Tell `asking`."
  FrameBuilder& arp(std::string_view asking, std::string_view wanted);
  /// What follows the Ethernet header and its tags is the payload alone. A number under 0x600 is an 802.3 length.
  FrameBuilder& raw(std::uint16_t ethertype);
  /// What follows the IP header is the payload alone.
  FrameBuilder& protocol(std::uint8_t number);

  FrameBuilder& payload(std::string_view text);
  FrameBuilder& payload(std::span<const std::byte> bytes);
  /// Ethernet padding behind the packet, up to so many bytes in all: 60 is what a NIC makes of a short frame.
  FrameBuilder& pad_to(std::size_t length);

  [[nodiscard]] Bytes build() const;

 private:
  FrameBuilder& option_of_two(std::uint8_t kind, std::uint32_t first, std::uint32_t second);

  enum class Network : std::uint8_t { kNone, kV4, kV6 };
  enum class Transport : std::uint8_t { kNone, kTcp, kUdp, kIcmp };
  struct Tag {
    std::uint16_t type;
    std::uint16_t id;
  };
  struct Extension {
    std::uint8_t number;
    Bytes contents;  // all but the first byte, which names the next header
  };

  [[nodiscard]] Bytes pseudo_header(std::size_t length) const;
  [[nodiscard]] Bytes transport_bytes() const;
  [[nodiscard]] Bytes tcp_bytes() const;
  [[nodiscard]] Bytes udp_bytes() const;
  [[nodiscard]] Bytes icmp_bytes() const;
  [[nodiscard]] Bytes v4_packet() const;
  [[nodiscard]] Bytes v6_packet() const;

  std::array<std::uint8_t, 6> source_mac_{0x02, 0, 0, 0, 0, 0x0a};
  std::array<std::uint8_t, 6> destination_mac_{0x02, 0, 0, 0, 0, 0x0b};
  std::vector<Tag> tags_;
  std::uint16_t ethertype_ = 0;
  Network network_ = Network::kNone;
  IpAddress source_;
  IpAddress destination_;
  std::uint16_t fragment_word_ = 0;
  unsigned traffic_class_ = 0;
  std::size_t ip_options_ = 0;
  std::vector<Extension> extensions_;
  Transport transport_ = Transport::kNone;
  std::uint8_t protocol_ = 59;  // "no next header" (RFC 8200, 4.7)
  std::uint16_t source_port_ = 0;
  std::uint16_t destination_port_ = 0;
  std::uint32_t sequence_ = 0;
  std::uint32_t acknowledgment_ = 0;
  std::uint8_t flags_ = tcp_flag::kAck;
  std::uint16_t window_ = 65535;
  Bytes tcp_options_;
  Bytes payload_;
  std::size_t least_length_ = 0;
};

}  // namespace weir::test
