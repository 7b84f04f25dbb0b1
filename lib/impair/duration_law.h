// How a length of time is drawn: a range and the shape of the distribution inside it. Built by control, read by every
// worker; drawing is a pure function of 64 uniform bits, and the same number on every machine (portable_math.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"

namespace weir {

enum class Shape : std::uint8_t { kUniform, kNormal, kPareto, kParetoNormal, kLognormal, kExponential, kTable };

/// An inverse cumulative distribution of a variable of mean 0 and deviation 1, times 8192, as iproute2 ships them
/// (4096 entries in /usr/lib/x86_64-linux-gnu/tc/*.dist; read by profile/distribution_file.h). At least two entries,
/// ascending.
struct DistributionTable {
  std::vector<std::int16_t> quantiles;
  std::string name = {};  // as profiles call it
  friend bool operator==(const DistributionTable&, const DistributionTable&) = default;
};

/// Lengths between min and max, both included; never negative. A single value is min = max. The bells (every shape but
/// uniform) are drawn by mean and deviation and then clamped into the range, so what lies outside gathers at its ends.
///
/// Each bell is mean + deviation * X, with X(u) the quantile of a variable of mean 0 and deviation 1:
/// - kNormal: the standard normal distribution.
/// - kPareto: (P - 3/2) / sqrt(3/4), P = (1 - u)^(-1/3), the Pareto distribution of index 3 from 1 on. It never lies
///   more than 0.578 deviations below the mean. iproute2's pareto.c takes 4/3 instead of 1 / sqrt(3/4) and cuts at 4;
///   its table has mean -0.03 and deviation 0.82. Who wants exactly that loads the table.
/// - kParetoNormal: 1/4 normal + 3/4 pareto at the same u, as iproute2's paretonormal.c (after NIST Net) adds their
///   quantiles; scaled to deviation 1 (there it is 0.83).
/// - kLognormal: the lognormal distribution of this mean and deviation. A mean of 0 gives min.
/// - kExponential: begins at mean - deviation; a deviation of 0 stands for the mean, the plain exponential.
/// - kTable: the table's entries lie at u = 0, 1/(n-1), ..., 1, with straight lines between them (netem picks one of
///   the entries; a straight line has no steps of deviation/10 in the tails).
struct DurationLaw {
  Duration min;  // 0 <= min <= max
  Duration max;
  Shape shape = Shape::kUniform;
  Duration mean = {};                                   // not for kUniform
  Duration deviation = {};                              // not for kUniform
  std::shared_ptr<const DistributionTable> table = {};  // kTable: never null

  /// The length that belongs to 64 uniform bits: the law's quantile at u = bits / 2^64 (the bells take the upper 52
  /// bits, in the middle of their step, so that u is neither 0 nor 1), rounded to whole nanoseconds.
  [[nodiscard]] Duration draw(std::uint64_t bits) const;

  /// Whether both draw the same: tables are compared by what is in them.
  friend bool operator==(const DurationLaw& a, const DurationLaw& b) {
    const bool same_table = a.table == b.table || (a.table && b.table && *a.table == *b.table);
    return a.min == b.min && a.max == b.max && a.shape == b.shape && a.mean == b.mean && a.deviation == b.deviation &&
           same_table;
  }
};

/// The law of a shape for which only a range was given. Uniform fills it; of the bells the mean is the middle and the
/// deviation a sixth of the width, so that the range is 3 deviations to either side (of a normal 0.27 % lie outside, of
/// a pareto 1.5 %). The exponential begins at min, and its deviation is a sixth of the width (0.25 % lie beyond max).
/// kTable still needs its table.
[[nodiscard]] DurationLaw bell_in_range(Shape shape, Duration min, Duration max);

}  // namespace weir
