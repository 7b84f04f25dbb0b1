// How a length of time is drawn: a range and the shape of the distribution inside it. Built by control, read by every
// worker; drawing is a pure function of 64 uniform bits.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"

namespace weir {

enum class Shape : std::uint8_t { kUniform, kNormal, kPareto, kParetoNormal, kLognormal, kExponential, kTable };

/// An inverse cumulative distribution of a variable of mean 0 and deviation 1, times 8192, as iproute2 ships them
/// (4096 entries in /usr/lib/x86_64-linux-gnu/tc/*.dist).
struct DistributionTable {
  std::vector<std::int16_t> quantiles;
  std::string name = {};  // as profiles call it
  friend bool operator==(const DistributionTable&, const DistributionTable&) = default;
};

/// Lengths between min and max, both included; never negative. A single value is min = max. The bells (every shape but
/// uniform) are drawn by mean and deviation and then clamped into the range.
struct DurationLaw {
  Duration min;
  Duration max;
  Shape shape = Shape::kUniform;
  Duration mean = {};                                   // not for kUniform
  Duration deviation = {};                              // not for kUniform; kExponential: ignored, it equals the mean
  std::shared_ptr<const DistributionTable> table = {};  // kTable

  /// The length that belongs to 64 uniform bits: the law's quantile at bits / 2^64.
  [[nodiscard]] Duration draw(std::uint64_t bits) const;

  /// Whether both draw the same: tables are compared by what is in them.
  friend bool operator==(const DurationLaw& a, const DurationLaw& b) {
    const bool same_table = a.table == b.table || (a.table && b.table && *a.table == *b.table);
    return a.min == b.min && a.max == b.max && a.shape == b.shape && a.mean == b.mean && a.deviation == b.deviation &&
           same_table;
  }
};

}  // namespace weir
