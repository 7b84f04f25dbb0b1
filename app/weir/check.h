// `weir check`: are profiles in order?
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace weir {

/// Reads each file, or preset: `FILE: ok` on `out` and how many frames it can make weir hold, or all that is wrong with
/// it on `err`. Returns 0, or 2 if one is not in order. With `--schema` alone it prints the JSON Schema of profiles
/// instead. Throws UsageError without a file.
[[nodiscard]] int check(std::span<const std::string> arguments, std::ostream& out, std::ostream& err);

/// What `weir help check` prints.
[[nodiscard]] std::string check_help();

}  // namespace weir
