// Quantities within the bounds of what can be meant, for flags and profiles alike. Each throws UsageError, as
// profile/units.h does. Pure; control threads.
#pragma once

#include <string_view>

#include "base/time.h"
#include "base/units.h"

namespace weir {

/// Longest hold or stall that may be asked for: beyond it, a unit was mistaken.
inline constexpr Duration kLongestHold = seconds(3600);
/// Fastest rate that may be asked for, 400 Gbit/s: no link that weir stands in is faster.
inline constexpr ByteRate kFastestRate{50'000'000'000};

/// 0 to an hour; a bare number is milliseconds.
[[nodiscard]] Duration parse_hold(std::string_view name, std::string_view text);

/// The same, but more than nothing.
[[nodiscard]] Duration parse_period(std::string_view name, std::string_view text);

/// Throws where a time is none at all. @param text as it was written.
void require_some(std::string_view name, std::string_view text, Duration time);

/// More than nothing, up to 400 Gbit/s; a bare number is bytes a second.
[[nodiscard]] ByteRate parse_speed(std::string_view name, std::string_view text);

}  // namespace weir
