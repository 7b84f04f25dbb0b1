// Frames that weir itself puts on the wire: RSTs, built from a frame of the same connection so that Ethernet
// addresses, VLAN tags, IP version and addresses are right by construction. Called by engine/reset on the worker's
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire/tcp_segment.h"

namespace weir {

/// Bytes that a built frame may take: Ethernet, two tags, IPv6, TCP without options.
inline constexpr std::size_t kLargestBuiltFrame = 14 + 8 + 40 + 20;

/// Which way a built frame travels, seen from the frame it is modelled on.
enum class Heading : std::uint8_t {
  kSameWay,  // to where the model was going: keeps its addresses
  kBack,     // to the model's sender: addresses and ports are swapped
};

/// Writes a RST into `out` and returns its length, at least 14 + 20 + 20 bytes and never padded.
/// `model` is a whole frame for which parse_frame returned kTcp with `facts`. With `acknowledgment_valid` the RST
/// carries ACK and that number (RFC 9293, 3.10.7.1). IPv4: DF set, identification 0, TTL 64; IPv6: hop limit 64,
/// no extension headers. Both checksums are filled in.
[[nodiscard]] std::size_t build_rst(std::span<const std::byte> model, const TcpSegment& facts, Heading heading,
                                    std::uint32_t sequence, std::uint32_t acknowledgment, bool acknowledgment_valid,
                                    std::span<std::byte, kLargestBuiltFrame> out);

}  // namespace weir
