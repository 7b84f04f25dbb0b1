// Bytes to facts for UDP: what rules may ask of a datagram. Reads, never writes; every read is behind a length check.
// Called by admit for frames that parse_frame found to be something else than TCP, on the worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire/address.h"

namespace weir {

/// The facts of a UDP datagram. Offsets count from the Ethernet header.
struct UdpDatagram {
  IpAddress source;
  IpAddress destination;
  std::uint32_t vlan = 0;              // as TcpSegment's
  std::uint16_t source_port = 0;       // host order
  std::uint16_t destination_port = 0;  // host order
  std::uint16_t l3_offset = 0;
  std::uint16_t l4_offset = 0;
  std::uint16_t payload_offset = 0;
  std::uint16_t payload_length = 0;  // by the UDP length
  std::uint8_t dscp = 0;             // 0 to 63 (RFC 2474)
  bool is_v6 = false;

  friend bool operator==(const UdpDatagram&, const UdpDatagram&) = default;
};

/// Whether the frame is a whole UDP datagram over IPv4 or IPv6, inside up to two VLAN tags; no fragment, and with a
/// length that fits its packet (RFC 768). Fills `datagram` only then. Never reads outside the frame.
[[nodiscard]] bool parse_udp(std::span<const std::byte> frame, UdpDatagram& datagram);

}  // namespace weir
