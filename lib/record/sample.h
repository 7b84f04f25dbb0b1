// Many values of one kind in bounded memory: the first 16 384 are kept as they are, so that what is said of them is
// exact; from then on they are counted in a histogram, which overstates a percentile by 1/32 at most and never
// flatters. Count, least, largest and mean are exact always. Pure; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/histogram.h"

namespace weir {

class Sample {
 public:
  static constexpr std::size_t kKept = 16'384;

  void add(std::uint64_t value);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] bool is_exact() const { return counted_ == nullptr; }
  /// 0 where there are no values, as all of these.
  [[nodiscard]] std::uint64_t least() const { return count_ == 0 ? 0 : least_; }
  [[nodiscard]] std::uint64_t largest() const { return largest_; }
  [[nodiscard]] double sum() const { return static_cast<double>(sum_); }
  [[nodiscard]] double mean() const { return count_ == 0 ? 0 : sum() / static_cast<double>(count_); }

  /// The smallest value at or below which at least `per_mille` of a thousand values lie (nearest rank).
  [[nodiscard]] std::uint64_t percentile(std::uint32_t per_mille) const;

  /// A step of the distribution: so many of the values are not above `value`.
  struct Step {
    std::uint64_t value = 0;
    std::uint64_t count = 0;
  };
  /// All steps, upwards; of more than `most` only as many, evenly chosen, the last one always.
  [[nodiscard]] std::vector<Step> steps(std::size_t most) const;

 private:
  __extension__ using Wide = unsigned __int128;
  [[nodiscard]] std::vector<Step> all_steps() const;

  std::vector<std::uint64_t> kept_;
  std::unique_ptr<Histogram> counted_;  // takes the place of kept_
  std::uint64_t count_ = 0;
  std::uint64_t least_ = UINT64_MAX;
  std::uint64_t largest_ = 0;
  Wide sum_ = 0;
};

}  // namespace weir
