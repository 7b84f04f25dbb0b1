// `weir replay`: a capture through the engine, in simulated time.
#pragma once

#include <ostream>

#include "weir/options.h"

namespace weir {

/// Replays; remarks and, on a terminal, progress go to `err`. Returns the exit code (0, or 3 when a promise was not
/// kept). Throws UsageError and RunError; then no capture is left behind. Needs neither privileges nor the EAL. The
/// main thread, once.
[[nodiscard]] int replay(const ReplayOptions& options, std::ostream& err);

}  // namespace weir
