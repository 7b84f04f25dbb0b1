// A segment that stays as its sender made it, but for its number: for what has to overtake bytes that lie before it.
// Pure; worker's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "wire/tcp_segment.h"

namespace weir {

/// Whether a signature stands over the header (RFC 2385, RFC 5925), so that nothing in it may be changed.
[[nodiscard]] bool is_signed(std::span<const std::byte> frame, const TcpSegment& facts);

/// Gives a frame for which parse_frame returned kTcp with `facts` another sequence number and, where it carries a
/// timestamp that is newer than `no_newer_than`, that one. The checksum is changed by the difference (RFC 1624), so
/// what was wrong stays wrong. @param frame the frame's bytes, to be changed; not one that is_signed.
void renumber(std::span<std::byte> frame, const TcpSegment& facts, std::uint32_t sequence,
              std::optional<std::uint32_t> no_newer_than);

}  // namespace weir
