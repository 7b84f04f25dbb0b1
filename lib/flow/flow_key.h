// Who a connection is, on the wire: its two ends as seen from the link's sides, its VLAN tags and its link.
// Ordered by side, not by source, so that both directions of a connection have the same key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/side.h"
#include "wire/tcp_segment.h"

namespace weir {

/// What a flow is made of. Only TCP has connections; the others are flows so that they can be held in order.
enum class Transport : std::uint8_t {
  kTcp,   // by 4-tuple
  kUdp,   // by 4-tuple
  kRest,  // everything else of a link together: ARP, ICMP, fragments, other protocols
};

struct FlowKey {
  IpAddress address_a;  // the end on side A
  IpAddress address_b;
  std::uint16_t port_a = 0;
  std::uint16_t port_b = 0;
  std::uint32_t vlan_and_link = 0;  // see make_flow_key

  friend bool operator==(const FlowKey& x, const FlowKey& y) { return std::memcmp(&x, &y, sizeof x) == 0; }
};
static_assert(sizeof(FlowKey) == 40, "no padding: keys are compared as bytes");

/// 4097 * 4097 * 32 is below 2^30: the two bits above are the transport's.
inline constexpr unsigned kTransportShift = 30;

/// The key of a segment that came in at `side` of `link`. Both VLAN ids (12 bits each, "absent" told apart) and the
/// link (up to 32 links) share 32 bits.
[[nodiscard]] inline FlowKey make_flow_key(const TcpSegment& segment, Side side, std::uint8_t link) {
  const bool from_a = side == Side::kA;
  const std::uint32_t outer = segment.vlan >> 16U;
  const std::uint32_t inner = segment.vlan & 0xffffU;
  return FlowKey{from_a ? segment.source : segment.destination, from_a ? segment.destination : segment.source,
                 from_a ? segment.source_port : segment.destination_port,
                 from_a ? segment.destination_port : segment.source_port, (outer * 4097U + inner) * 32U + (link & 31U)};
}

/// The key of a UDP datagram that came in at `side` of `link`.
[[nodiscard]] inline FlowKey make_udp_key(const TcpSegment& facts, Side side, std::uint8_t link) {
  FlowKey key = make_flow_key(facts, side, link);
  key.vlan_and_link |= static_cast<std::uint32_t>(Transport::kUdp) << kTransportShift;
  return key;
}

/// The key of all that is neither TCP nor UDP on a link.
[[nodiscard]] inline FlowKey make_rest_key(std::uint8_t link) {
  FlowKey key;
  key.vlan_and_link = static_cast<std::uint32_t>(Transport::kRest) << kTransportShift | (link & 31U);
  return key;
}

[[nodiscard]] inline Transport transport_of(const FlowKey& key) {
  return static_cast<Transport>(key.vlan_and_link >> kTransportShift);
}

[[nodiscard]] inline std::uint8_t link_of(const FlowKey& key) {
  return static_cast<std::uint8_t>(key.vlan_and_link & 31U);
}

/// A 64-bit hash of the whole key, good in every bit; the same for both directions.
[[nodiscard]] std::uint64_t hash_of(const FlowKey& key);

}  // namespace weir
