// Distribution tables of iproute2's netem: text files of numbers that end in .dist. Read by control before the start;
// the data path only sees the table.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "impair/duration_law.h"

namespace weir {

/// The most values that tc takes (MAX_DIST, iproute2's tc/q_netem.c).
inline constexpr std::size_t kMostQuantiles = 16'384;

/// Where iproute2 keeps its tables: as Debian builds it, and as its own Makefile does.
[[nodiscard]] std::vector<std::filesystem::path> distribution_folders();

/// Reads 2 to 16384 whole numbers from -32768 to 32767, ascending, with white space between them; '#' begins a comment
/// that ends with the line.
/// @param file is what messages call the text.
/// @throws UsageError with file:line:column.
[[nodiscard]] DistributionTable parse_distribution(std::string_view text, std::string_view file);

/// Loads NAME.dist from the first of the folders that has it.
/// @throws UsageError if none has (with the names that there are and the nearest of them), or if it can't be read.
[[nodiscard]] std::shared_ptr<const DistributionTable> load_distribution(
    std::string_view name, const std::vector<std::filesystem::path>& folders = distribution_folders());

}  // namespace weir
