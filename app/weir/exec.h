// `weir exec`: runs a command behind an impaired link of its own.
#pragma once

#include "weir/options.h"

namespace weir {

/// Runs the command to its end; returns its exit code, whatever became of the promises: what was not kept is said on
/// stderr and in the statistics. Throws RunError and UsageError. The main thread, once.
int exec(const ExecOptions& options);

}  // namespace weir
