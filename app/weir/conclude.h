// The end of a run: its statistics where they were asked for, its broken promises on stderr.
#pragma once

#include <ostream>

#include "record/statistics.h"
#include "weir/options.h"

namespace weir {

/// Writes the statistics where they were asked for, says on `err` which promises were not kept, and returns 0 or 3.
/// Throws RunError. The main thread, once.
[[nodiscard]] int conclude(const RunStatistics& statistics, const OutputOptions& output, std::ostream& err);

}  // namespace weir
