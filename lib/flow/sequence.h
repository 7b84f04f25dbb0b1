// Sequence numbers are compared modulo 2^32 (RFC 9293, 3.4).
#pragma once

#include <cstdint>

namespace weir {

/// Whether sequence number x lies behind y, less than half the space away.
[[nodiscard]] constexpr bool sequence_after(std::uint32_t x, std::uint32_t y) {
  return static_cast<std::int32_t>(x - y) > 0;
}

}  // namespace weir
