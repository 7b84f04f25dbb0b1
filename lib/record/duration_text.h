// A duration as people read it: three significant digits and the unit that fits. Pure.
#pragma once

#include <string>

#include "base/time.h"

namespace weir {

/// "850 ns", "41.2 us", "3.1 ms", "1.02 s"; rounded upwards, so that a lateness is never flattered. Not negative.
[[nodiscard]] std::string duration_text(Duration duration);

}  // namespace weir
