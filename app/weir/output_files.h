// Files that a command will write, tried before anything starts: an hour's run must not end at a mistyped path.
#pragma once

#include "weir/options.h"

namespace weir {

/// Throws UsageError, naming the flag, for a file that can't be written. Makes and changes none. The main thread,
/// before anything starts.
void require_writable(const OutputOptions& output);

}  // namespace weir
