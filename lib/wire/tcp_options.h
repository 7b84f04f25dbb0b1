// The options of a TCP header (RFC 9293, 3.1). Pure; worker's thread.
#pragma once

#include <cstdint>
#include <span>

#include "wire/tcp_segment.h"

namespace weir {

/// The first option of a kind in a frame with the facts of parse_frame, from its kind on; empty where there is none. A
/// list that contradicts its own lengths ends there.
[[nodiscard]] std::span<std::byte> find_option(std::span<std::byte> frame, const TcpSegment& facts, std::uint8_t kind);
[[nodiscard]] std::span<const std::byte> find_option(std::span<const std::byte> frame, const TcpSegment& facts,
                                                     std::uint8_t kind);

/// The same for timestamps (RFC 7323, 3): ten bytes, or none.
[[nodiscard]] std::span<std::byte> find_timestamps(std::span<std::byte> frame, const TcpSegment& facts);
[[nodiscard]] std::span<const std::byte> find_timestamps(std::span<const std::byte> frame, const TcpSegment& facts);

}  // namespace weir
