// The statistics of a run as one JSON object: the shape that docs and other people's scripts rely on (docs:
// statistics). Pure but for write_statistics; called on control threads.
#pragma once

#include <string>

#include "record/statistics.h"

namespace weir {

/// The whole object, indented by two, newline at the end. Means over nothing are null. `asked` and `achieved` hold the
/// impairments that were asked for and no others.
[[nodiscard]] std::string to_json(const RunStatistics& run);

/// Writes it to a file; throws RunError when that fails.
void write_statistics(const std::string& path, const RunStatistics& run);

}  // namespace weir
