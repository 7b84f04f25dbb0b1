// Distributions by name: the shapes that are built in, and tables as iproute2 installs them. Reads files; control
// threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "impair/duration_law.h"
#include "profile/ranges.h"

namespace weir {

struct Distribution {
  Shape shape = Shape::kUniform;
  std::shared_ptr<const DistributionTable> table = {};  // kTable
};

/// A built-in shape; else a table: of iproute2 by its name ("experimental"), or a file where the word has a '/'.
/// Throws UsageError if there is none, or what is there is no table.
/// @param folder where relative paths begin; empty: the working directory.
[[nodiscard]] Distribution choose_distribution(std::string_view name, std::string_view text, const std::string& folder);

/// The law that lengths and a distribution make, clamped into `within`; throws UsageError if they can't be meant.
///   uniform: the range, or mean - deviation to mean + deviation; `within` says nothing more.
///   bells: mean and deviation, unbounded up to an hour; of a range, what bell_in_range makes of it.
///   exponential: a mean, or a beginning and a deviation as "mean +- deviation"; a range as bells do.
[[nodiscard]] DurationLaw make_law(std::string_view name, const Lengths& lengths, const Distribution& distribution,
                                   const std::optional<Lengths>& within);

}  // namespace weir
