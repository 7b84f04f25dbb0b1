// Files that a command will write, tried before anything starts: an hour's run must not end at a mistyped path.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "weir/options.h"

namespace weir {

/// Throws UsageError, naming the flag, for a file that can't be written. Makes and changes none. The main thread,
/// before anything starts.
void require_writable(const OutputOptions& output);

/// The same for one file. @param name what the reader of the error knows it by: the flag.
void require_writable(std::string_view name, const std::string& path);

/// Throws UsageError if two of the files are one and the same, by whatever names.
void require_distinct(std::span<const std::string> paths);

}  // namespace weir
