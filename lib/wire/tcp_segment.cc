#include "wire/tcp_segment.h"

#include <cstring>

#include "wire/byte_order.h"
#include "wire/protocol_numbers.h"

namespace weir {
namespace {

constexpr std::uint16_t kMoreFragmentsOrOffset = 0x3fff;  // RFC 791, 3.1: all of the word but the reserved bit and DF
constexpr std::uint16_t kVlanId = 0x0fff;                 // IEEE 802.1Q, 9.6: without priority and drop eligibility
constexpr int kMostExtensions = 8;
constexpr std::size_t kLeastExtension = 8;  // bytes, and the unit of longer ones (RFC 8200, 4.3 to 4.6)

/// Where the parts of a frame lie, counted from its first byte; filled from the outside in.
struct Layout {
  std::size_t l3 = kEthernetHeader;
  std::size_t l4 = 0;
  std::size_t end = 0;  // behind the last byte of the IP packet: what follows is Ethernet padding
  std::uint32_t vlan = 0;
};

[[nodiscard]] bool is_tag(std::uint16_t type) {
  return type == ethertype::kVlan || type == ethertype::kServiceVlan;
}

/// Reads the IPv4 header at layout.l3: where its payload begins and ends. kTcp if that is TCP, whole or not.
[[nodiscard]] FrameKind locate_in_v4(std::span<const std::byte> frame, Layout& layout) {
  const std::size_t room = frame.size() - layout.l3;
  if (room < kIpv4Header) return FrameKind::kMalformed;
  const std::byte* ip = frame.data() + layout.l3;
  const unsigned version = load_u8(ip) >> 4U;
  const std::size_t header_length = (load_u8(ip) & 0x0fU) * std::size_t{4};
  const std::size_t total_length = load_big_u16(ip + 2);  // 0 in a GSO super frame of the kernel: malformed here
  if (version != 4 || header_length < kIpv4Header) return FrameKind::kMalformed;
  if (total_length < header_length || total_length > room) return FrameKind::kMalformed;
  if ((load_big_u16(ip + 6) & kMoreFragmentsOrOffset) != 0) return FrameKind::kFragment;
  if (load_u8(ip + 9) != ip_protocol::kTcp) return FrameKind::kOther;
  layout.l4 = layout.l3 + header_length;
  layout.end = layout.l3 + total_length;
  return FrameKind::kTcp;
}

[[nodiscard]] bool is_walked(std::uint8_t header) {
  return header == ip_protocol::kHopByHop || header == ip_protocol::kRouting ||
         header == ip_protocol::kDestinationOptions;
}

/// Walks the extension headers from layout.l4 on, until layout.l4 is where TCP begins (kTcp) or it is known what else
/// the packet is. `header` is the number of the one at layout.l4.
[[nodiscard]] FrameKind walk_extensions(const std::byte* frame, std::uint8_t header, Layout& layout) {
  for (int walked = 0; header != ip_protocol::kTcp; ++walked) {
    const bool is_fragment = header == ip_protocol::kFragment;
    if (!is_fragment && !is_walked(header)) return FrameKind::kOther;
    const std::size_t room = layout.end - layout.l4;
    if (room < kLeastExtension) return FrameKind::kMalformed;
    if (is_fragment) return FrameKind::kFragment;
    if (walked == kMostExtensions) return FrameKind::kOther;
    const std::size_t length = (load_u8(frame + layout.l4 + 1) + std::size_t{1}) * kLeastExtension;
    if (length > room) return FrameKind::kMalformed;
    header = load_u8(frame + layout.l4);
    layout.l4 += length;
  }
  return FrameKind::kTcp;
}

/// The same for the IPv6 header at layout.l3 and its extensions.
[[nodiscard]] FrameKind locate_in_v6(std::span<const std::byte> frame, Layout& layout) {
  const std::size_t room = frame.size() - layout.l3;
  if (room < kIpv6Header) return FrameKind::kMalformed;
  const std::byte* ip = frame.data() + layout.l3;
  const unsigned version = load_u8(ip) >> 4U;
  const std::size_t payload_length = load_big_u16(ip + 4);
  const std::uint8_t next_header = load_u8(ip + 6);
  if (version != 6 || payload_length > room - kIpv6Header) return FrameKind::kMalformed;
  // The length of a jumbogram stands in a hop-by-hop option (RFC 2675, 2); weir passes it unread.
  if (payload_length == 0 && next_header == ip_protocol::kHopByHop) return FrameKind::kOther;
  layout.l4 = layout.l3 + kIpv6Header;
  layout.end = layout.l4 + payload_length;
  return walk_extensions(frame.data(), next_header, layout);
}

/// The TCP header's length, options included, or 0 if no whole header lies between layout.l4 and layout.end.
[[nodiscard]] std::size_t tcp_header_length(const std::byte* frame, const Layout& layout) {
  const std::size_t room = layout.end - layout.l4;
  if (room < kTcpHeader) return 0;
  const std::size_t length = (load_u8(frame + layout.l4 + 12) >> 4U) * std::size_t{4};
  return length >= kTcpHeader && length <= room ? length : 0;
}

void fill_addresses(const std::byte* ip, bool is_v6, TcpSegment& segment) {
  segment.is_v6 = is_v6;
  if (is_v6) {
    std::memcpy(segment.source.bytes.data(), ip + 8, 16);
    std::memcpy(segment.destination.bytes.data(), ip + 24, 16);
  } else {
    segment.source = IpAddress::v4({ip[12], ip[13], ip[14], ip[15]});
    segment.destination = IpAddress::v4({ip[16], ip[17], ip[18], ip[19]});
  }
}

void fill_transport(const std::byte* tcp, TcpSegment& segment) {
  segment.source_port = load_big_u16(tcp);
  segment.destination_port = load_big_u16(tcp + 2);
  segment.sequence = load_big_u32(tcp + 4);
  segment.acknowledgment = load_big_u32(tcp + 8);
  segment.flags = load_u8(tcp + 13);
  segment.window = load_big_u16(tcp + 14);
}

void fill_layout(const Layout& layout, std::size_t tcp_header, TcpSegment& segment) {
  const std::size_t payload = layout.l4 + tcp_header;
  segment.vlan = layout.vlan;
  segment.l3_offset = static_cast<std::uint16_t>(layout.l3);
  segment.l4_offset = static_cast<std::uint16_t>(layout.l4);
  segment.payload_offset = static_cast<std::uint16_t>(payload);
  segment.payload_length = static_cast<std::uint16_t>(layout.end - payload);
}

}  // namespace

FrameKind parse_frame(std::span<const std::byte> frame, TcpSegment& segment) {
  if (frame.size() < kEthernetHeader) return FrameKind::kMalformed;
  Layout layout;
  std::uint16_t type = load_big_u16(frame.data() + 2 * kMacAddress);
  for (const unsigned shift : {16U, 0U}) {
    if (!is_tag(type)) break;
    if (frame.size() < layout.l3 + kVlanTag) return FrameKind::kMalformed;
    const std::byte* tag = frame.data() + layout.l3;
    layout.vlan |= ((load_big_u16(tag) & kVlanId) + 1U) << shift;
    type = load_big_u16(tag + 2);
    layout.l3 += kVlanTag;
  }
  const bool is_v6 = type == ethertype::kIpv6;
  if (!is_v6 && type != ethertype::kIpv4) return FrameKind::kOther;

  const FrameKind kind = is_v6 ? locate_in_v6(frame, layout) : locate_in_v4(frame, layout);
  if (kind != FrameKind::kTcp) return kind;
  const std::size_t tcp_header = tcp_header_length(frame.data(), layout);
  if (tcp_header == 0) return FrameKind::kMalformed;
  fill_addresses(frame.data() + layout.l3, is_v6, segment);
  fill_transport(frame.data() + layout.l4, segment);
  fill_layout(layout, tcp_header, segment);
  return FrameKind::kTcp;
}

}  // namespace weir
