// `weir diff`: the first decision in which two runs differ.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace weir {

inline constexpr int kDifferent = 1;  // diff(1)'s exit code as well

/// Compares two decision logs. Prints one line if they say the same, else the connection and both lines. Returns kGood
/// or kDifferent; throws UsageError for wrong arguments and files that are no logs.
[[nodiscard]] int diff(std::span<const std::string> arguments, std::ostream& out);

/// What `weir help diff` prints.
[[nodiscard]] std::string diff_help();

}  // namespace weir
