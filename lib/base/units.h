// Rates and sizes as the hot folders hold them: whole bytes, bytes per second.
#pragma once

#include <compare>
#include <cstdint>

namespace weir {

inline constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

/// Bytes a second. 0 means that nothing may pass; "no limit" is the absence of a rate.
struct ByteRate {
  std::uint64_t bytes_per_second = 0;
  friend constexpr auto operator<=>(ByteRate, ByteRate) = default;
};

}  // namespace weir
