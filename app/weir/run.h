// `weir run`: shapes what crosses the links until it is told to stop.
#pragma once

#include "weir/options.h"

namespace weir {

/// Runs to the end; returns the exit code (0, or 3 when a promise was not kept). Throws RunError and UsageError.
/// The main thread, once.
int run(const RunOptions& options);

}  // namespace weir
