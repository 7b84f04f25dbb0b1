// A link has two sides: A (clients) and B (servers). A direction is named by the side a frame came in at:
// A is up (A to B), B is down (B to A).
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir {

enum class Side : std::uint8_t { kA = 0, kB = 1 };

[[nodiscard]] constexpr Side other(Side side) {
  return side == Side::kA ? Side::kB : Side::kA;
}
[[nodiscard]] constexpr std::size_t index_of(Side side) {
  return static_cast<std::size_t>(side);
}

}  // namespace weir
