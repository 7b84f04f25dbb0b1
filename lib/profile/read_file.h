// A whole file as text. Control threads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace weir {

/// @param name what the reader of the error knows the file by; throws UsageError, `NAME: cannot read PATH: WHY`. More
/// than 1 MiB is no profile and no table, and is refused.
[[nodiscard]] std::string read_file(std::string_view name, const std::filesystem::path& path);

}  // namespace weir
