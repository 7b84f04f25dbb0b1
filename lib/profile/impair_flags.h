// The wish list's flags, as typed, and their compilation into rules. Pure; called on control threads before a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "impair/rules.h"

namespace weir {

/// Longest hold or stall that may be asked for: beyond it, a unit was mistaken.
inline constexpr Duration kLongestHold = seconds(3600);
/// Fastest rate that may be asked for, 400 Gbit/s: no link that weir stands in is faster.
inline constexpr ByteRate kFastestRate{50'000'000'000};

/// The text behind each flag of the command line, absent where the flag was not given.
struct ImpairFlags {
  using Text = std::optional<std::string>;
  Text latency{}, latency_min{}, latency_max{};
  Text speed{}, speed_min{}, speed_max{};
  Text jitter_prob{}, jitter_min{}, jitter_max{};
  Text reset_prob{};
  bool reset_enable = false;
};

/// The rules that the flags ask for; throws UsageError.
/// A range with one bound is a single value (spec: min = max); --X beside --X-min or --X-max contradicts itself.
/// Jitter needs both its probability and a length. --reset-enable alone resets every exchange; --reset-prob alone is
/// enough to enable. A latency or stall of 0 is valid, a rate of 0 is not.
[[nodiscard]] Rules compile(const ImpairFlags& flags, std::uint64_t seed);

}  // namespace weir
