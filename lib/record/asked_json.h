// What rules ask for, as JSON: in the statistics of a run, and in the log from each instant on from which it holds.
// Times in milliseconds, rates in bytes a second. Pure; control threads.
#pragma once

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "impair/rules.h"

namespace weir {

/// What every HTTP connection comes under, and beside it each named rule.
[[nodiscard]] nlohmann::ordered_json asked_json(const Rules& rules);

/// A length of time as statistics and logs tell it.
[[nodiscard]] inline double milliseconds_of(Duration duration) {
  return static_cast<double>(duration.nanoseconds()) / 1e6;
}

}  // namespace weir
