// Who a connection is, on the wire: its two ends as seen from the link's sides, its VLAN tags and its link.
// Ordered by side, not by source, so that both directions of a connection have the same key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/side.h"
#include "wire/byte_order.h"
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

  friend bool operator==(const FlowKey& x, const FlowKey& y) {
    return same_words<sizeof(FlowKey) / sizeof(std::uint64_t)>(&x, &y);
  }
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

namespace key_hash {

__extension__ using Wide = unsigned __int128;

/// The first 512 bits of pi's fraction: numbers with nothing hidden in them.
inline constexpr std::array<std::uint64_t, 8> kPi{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
                                                  0x082efa98ec4e6c89, 0x452821e638d01377, 0xbe5466cf34e90c6c,
                                                  0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917};

/// Multiplies to 128 bits and folds the halves: every bit of both factors reaches bits all over the result.
[[nodiscard]] constexpr std::uint64_t fold(std::uint64_t x, std::uint64_t y) {
  const Wide product = Wide{x} * y;
  return static_cast<std::uint64_t>(product >> 64U) ^ static_cast<std::uint64_t>(product);
}

}  // namespace key_hash

/// A 64-bit hash of the whole key, good in every bit; the same for both directions.
[[nodiscard]] inline std::uint64_t hash_of(const FlowKey& key) {
  using key_hash::fold;
  using key_hash::kPi;
  std::array<std::uint64_t, 5> word;
  static_assert(sizeof word == sizeof key);
  std::memcpy(word.data(), &key, sizeof key);
  // The addresses' folds don't wait for each other; the ports, where most of the difference is, get two more folds.
  const std::uint64_t a = fold(word[0] ^ kPi[0], word[1] ^ kPi[1]);
  const std::uint64_t b = fold(word[2] ^ kPi[2], word[3] ^ kPi[3]);
  return fold(fold(word[4] ^ kPi[4] ^ a, b ^ kPi[5]) ^ kPi[6], kPi[7]);
}

}  // namespace weir
