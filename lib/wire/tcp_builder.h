// Frames that weir itself puts on the wire: TCP segments without payload (RST, FIN, ACK), built from a frame of the
// same connection so that Ethernet addresses, VLAN tags, IP version, addresses and timestamps are right by
// construction; and segments with a part of their payload. Called by engine/reset on the worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wire/tcp_segment.h"

namespace weir {

/// Bytes that a built control segment may take: Ethernet, two tags, IPv6, TCP with timestamps.
inline constexpr std::size_t kLargestBuiltFrame = 14 + 8 + 40 + 20 + 12;

/// Which way a built frame travels, seen from the frame it is modelled on.
enum class Heading : std::uint8_t {
  kSameWay,  // to where the model was going: keeps its addresses
  kBack,     // to the model's sender: addresses and ports are swapped
};

/// Timestamps that the two ends have sent since the model; absent: none that is newer.
struct NewerTimestamps {
  std::optional<std::uint32_t> of_sender;    // of the built segment: its value
  std::optional<std::uint32_t> of_receiver;  // what it echoes
};

/// What a control segment says. Without ACK among the flags `acknowledgment` is not sent.
struct ControlSegment {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t flags = 0;  // of tcp_flag
  std::uint16_t window = 0;
  NewerTimestamps timestamps = {};
};

/// Writes a segment without payload into `out` and returns its length, at least 14 + 20 + 20 bytes and never padded.
/// `model` holds at least the headers of a frame for which parse_frame returned kTcp with `facts`. IPv4: DF set,
/// identification 0, TTL 64; IPv6: hop limit 64, no extension headers. Both checksums are filled in. Where the model
/// carries timestamps the segment does too, or a stack that agreed on them may drop it (RFC 7323, 3.2): on the same way
/// the model's own, back the newest value that the model's sender has seen, which passes its test for old ones (5.3);
/// newer ones where `control` has them, for what passed that test when the model did may be old by now.
[[nodiscard]] std::size_t build_control(std::span<const std::byte> model, const TcpSegment& facts, Heading heading,
                                        const ControlSegment& control, std::span<std::byte, kLargestBuiltFrame> out);

/// The timestamp of a segment's sender; absent where the segment has none.
[[nodiscard]] std::optional<std::uint32_t> timestamp_of(std::span<const std::byte> frame, const TcpSegment& facts);

/// Writes the segment with only the first `kept` bytes of its payload, at most all, and without FIN and PSH, into
/// `out` and returns the length. Lengths and checksums are right again. @param out at least payload_offset + kept
/// bytes.
[[nodiscard]] std::size_t copy_trimmed(std::span<const std::byte> frame, const TcpSegment& facts, std::size_t kept,
                                       std::span<std::byte> out);

}  // namespace weir
