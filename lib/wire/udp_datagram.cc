#include "wire/udp_datagram.h"

#include "wire/byte_order.h"
#include "wire/frame_walk.h"
#include "wire/protocol_numbers.h"

namespace weir {

bool parse_udp(std::span<const std::byte> frame, UdpDatagram& datagram) {
  FrameLayout layout;
  if (walk_to<ip_protocol::kUdp>(frame, layout) != Walk::kFound) return false;
  const std::size_t room = layout.end - layout.l4;
  if (room < kUdpHeader) return false;
  const std::byte* udp = frame.data() + layout.l4;
  const std::size_t length = load_big_u16(udp + 4);  // 0 in a jumbogram (RFC 2675, 4): none of ours
  if (length < kUdpHeader || length > room) return false;
  read_addresses(frame.data() + layout.l3, layout.is_v6, datagram.source, datagram.destination);
  datagram.vlan = layout.vlan;
  datagram.source_port = load_big_u16(udp);
  datagram.destination_port = load_big_u16(udp + 2);
  datagram.l3_offset = static_cast<std::uint16_t>(layout.l3);
  datagram.l4_offset = static_cast<std::uint16_t>(layout.l4);
  datagram.payload_offset = static_cast<std::uint16_t>(layout.l4 + kUdpHeader);
  datagram.payload_length = static_cast<std::uint16_t>(length - kUdpHeader);
  datagram.dscp = layout.dscp;
  datagram.is_v6 = layout.is_v6;
  return true;
}

}  // namespace weir
