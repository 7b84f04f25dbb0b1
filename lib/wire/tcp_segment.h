// Bytes to facts: what the engine needs to know of one received frame. Reads, never writes; every read is behind a
// length check; no cast to a stricter alignment. Called by admit, once a frame, on the worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire/address.h"
#include "wire/byte_order.h"

namespace weir {

namespace tcp_flag {
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kPsh = 0x08;
inline constexpr std::uint8_t kAck = 0x10;
inline constexpr std::uint8_t kUrg = 0x20;
inline constexpr std::uint8_t kOfItsLife = kSyn | kFin | kRst;  // any of them: a connection begins or ends
}  // namespace tcp_flag

/// What a frame is, as far as weir acts on it.
enum class FrameKind : std::uint8_t {
  kTcp,        // a whole TCP segment over IPv4 or IPv6, inside up to two VLAN tags
  kOther,      // anything else that is well formed: ARP, ICMP, UDP, other ethertypes, three or more tags
  kFragment,   // an IPv4 or IPv6 fragment (RFC 791; RFC 8200, 4.5), first or later
  kMalformed,  // claims to be IP or TCP, and its lengths contradict each other or the frame
};

/// The facts of a TCP segment. Valid only when parse_frame returned kTcp; offsets count from the Ethernet header.
struct TcpSegment {
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;       // host order
  std::uint16_t destination_port = 0;  // host order
  std::uint32_t vlan = 0;              // outer VLAN id << 16 | inner VLAN id, each + 1 when present, else 0
  std::uint32_t sequence = 0;          // host order
  std::uint32_t acknowledgment = 0;    // host order; meaningful with kAck
  std::uint16_t l3_offset = 0;
  std::uint16_t l4_offset = 0;
  std::uint16_t payload_offset = 0;
  std::uint16_t payload_length = 0;  // by the IP length: Ethernet padding is not payload
  std::uint16_t window = 0;
  std::uint8_t flags = 0;
  std::uint8_t dscp = 0;  // 0 to 63 (RFC 2474)
  bool is_v6 = false;

  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  /// Sequence space taken: payload, and one each for SYN and FIN (RFC 9293, 3.4).
  [[nodiscard]] std::uint32_t sequence_length() const {
    return payload_length + (has(tcp_flag::kSyn) ? 1U : 0U) + (has(tcp_flag::kFin) ? 1U : 0U);
  }
  [[nodiscard]] std::uint32_t sequence_end() const { return sequence + sequence_length(); }

  /// Whether another segment that came in at the same port has the same ends: then it is of the same connection.
  [[nodiscard]] bool has_same_ends(const TcpSegment& other) const {
    constexpr std::size_t kWords = 5;  // the ends and the tags
    static_assert(offsetof(TcpSegment, sequence) == kWords * sizeof(std::uint64_t));
    return same_words<kWords>(this, &other);
  }

  friend bool operator==(const TcpSegment&, const TcpSegment&) = default;
};

/// Reads one Ethernet frame. Never reads outside it; fills `segment` only when it returns kTcp.
/// Tags: 802.1Q (0x8100) and 802.1ad (0x88a8), two at most. IPv6 extension headers hop-by-hop, routing and
/// destination options are walked, eight at most (RFC 8200, 4); a fragment header makes it a fragment.
[[nodiscard]] FrameKind parse_frame(std::span<const std::byte> frame, TcpSegment& segment);

}  // namespace weir
