// The wish list's flags, as typed, and their compilation into rules. Pure; called on control threads before a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "impair/rules.h"
#include "profile/profile.h"

namespace weir {

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

/// Puts the impairments that the flags ask for in place of the same ones of the profile's default rule, whole; what its
/// rules do stays. Throws UsageError as compile() does.
void override_by(const ImpairFlags& flags, Profile& profile);

}  // namespace weir
