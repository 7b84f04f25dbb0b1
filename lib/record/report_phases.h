// What a report says of phases: what was asked for in each, beside what came of it, all from the log. Pure; control
// thread.
#pragma once

#include <vector>

#include "record/report_tables.h"

namespace weir {

/// Latency, resets, outages, single frames and rates, by phase and rule; those that have something to say.
[[nodiscard]] std::vector<ReportTable> phase_tables(const ReportFacts& facts);

}  // namespace weir
