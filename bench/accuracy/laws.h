// The laws of jitter as a bench asks for them, and what they should be: quantiles by the standard library alone, so
// that lib/impair is held against something that shares no code with it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "impair/rules.h"

namespace weir::bench {

struct Law {
  std::string name;
  DurationLaw asked;
  std::function<double(double)> quantile;  // nanoseconds at u in (0, 1), not yet clamped to the range of the law
};

/// All shapes but tables, of mean 50 ms and deviation 10 ms where they have any, within 1 to 100 ms.
[[nodiscard]] const std::vector<Law>& laws();

/// Every frame of every HTTP connection waits for a time of this law.
[[nodiscard]] Rules each_packet_waits(const Law& law);

}  // namespace weir::bench
