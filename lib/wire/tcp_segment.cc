#include "wire/tcp_segment.h"

#include "wire/byte_order.h"
#include "wire/frame_walk.h"
#include "wire/protocol_numbers.h"

namespace weir {
namespace {

static_assert(static_cast<int>(Walk::kFound) == static_cast<int>(FrameKind::kTcp));
static_assert(static_cast<int>(Walk::kOther) == static_cast<int>(FrameKind::kOther));
static_assert(static_cast<int>(Walk::kFragment) == static_cast<int>(FrameKind::kFragment));
static_assert(static_cast<int>(Walk::kMalformed) == static_cast<int>(FrameKind::kMalformed));

/// The TCP header's length, options included, or 0 if no whole header lies between layout.l4 and layout.end.
[[nodiscard]] std::size_t tcp_header_length(const std::byte* frame, const FrameLayout& layout) {
  const std::size_t room = layout.end - layout.l4;
  if (room < kTcpHeader) return 0;
  const std::size_t length = (load_u8(frame + layout.l4 + 12) >> 4U) * std::size_t{4};
  return length >= kTcpHeader && length <= room ? length : 0;
}

void fill_transport(const std::byte* tcp, TcpSegment& segment) {
  segment.source_port = load_big_u16(tcp);
  segment.destination_port = load_big_u16(tcp + 2);
  segment.sequence = load_big_u32(tcp + 4);
  segment.acknowledgment = load_big_u32(tcp + 8);
  segment.flags = load_u8(tcp + 13);
  segment.window = load_big_u16(tcp + 14);
}

void fill_layout(const FrameLayout& layout, std::size_t tcp_header, TcpSegment& segment) {
  const std::size_t payload = layout.l4 + tcp_header;
  segment.vlan = layout.vlan;
  segment.l3_offset = static_cast<std::uint16_t>(layout.l3);
  segment.l4_offset = static_cast<std::uint16_t>(layout.l4);
  segment.payload_offset = static_cast<std::uint16_t>(payload);
  segment.payload_length = static_cast<std::uint16_t>(layout.end - payload);
  segment.dscp = layout.dscp;
  segment.is_v6 = layout.is_v6;
}

// Most frames there are: no tag, IPv4 without options, no fragment, TCP. The same facts with places that are known, in
// a third of the instructions; false: the long way says what it is.
[[nodiscard]] bool parse_plain(std::span<const std::byte> frame, TcpSegment& segment) {
  constexpr std::size_t kL4 = kEthernetHeader + kIpv4Header;
  constexpr std::uint32_t kIpv4WithoutOptions = 0x080045;  // ethertype, version, header length in words
  if (frame.size() < kL4 + kTcpHeader) return false;
  const std::byte* const at = frame.data();
  const std::byte* const ip = at + kEthernetHeader;
  const bool is_plain = load_big_u32(at + 2 * kMacAddress) >> 8U == kIpv4WithoutOptions &&
                        (load_big_u16(ip + 6) & frame_walk::kMoreFragmentsOrOffset) == 0 &&
                        load_u8(ip + 9) == ip_protocol::kTcp;
  const std::size_t end = kEthernetHeader + load_big_u16(ip + 2);
  const std::size_t payload = kL4 + (load_u8(at + kL4 + 12) >> 4U) * std::size_t{4};
  if (!is_plain || end > frame.size() || payload < kL4 + kTcpHeader || payload > end) return false;
  segment.source = IpAddress::v4(load_u32(ip + 12));
  segment.destination = IpAddress::v4(load_u32(ip + 16));
  fill_transport(at + kL4, segment);
  segment.vlan = 0;
  segment.l3_offset = kEthernetHeader;
  segment.l4_offset = kL4;
  segment.payload_offset = static_cast<std::uint16_t>(payload);
  segment.payload_length = static_cast<std::uint16_t>(end - payload);
  segment.dscp = static_cast<std::uint8_t>(load_u8(ip + 1) >> 2U);
  segment.is_v6 = false;
  return true;
}

}  // namespace

FrameKind parse_frame(std::span<const std::byte> frame, TcpSegment& segment) {
  if (parse_plain(frame, segment)) [[likely]]
    return FrameKind::kTcp;
  FrameLayout layout;
  const Walk walk = walk_to<ip_protocol::kTcp>(frame, layout);
  if (walk != Walk::kFound) return static_cast<FrameKind>(walk);
  const std::size_t tcp_header = tcp_header_length(frame.data(), layout);
  if (tcp_header == 0) return FrameKind::kMalformed;
  read_addresses(frame.data() + layout.l3, layout.is_v6, segment.source, segment.destination);
  fill_transport(frame.data() + layout.l4, segment);
  fill_layout(layout, tcp_header, segment);
  return FrameKind::kTcp;
}

}  // namespace weir
