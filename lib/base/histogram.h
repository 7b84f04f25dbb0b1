// A log-linear histogram of non-negative integers (HDR layout): 32 steps an octave, so that a percentile is read
// with an error of at most 1/32 of its value, exact below 64. One writer (a worker), any number of readers.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/counters.h"

namespace weir {

class Histogram {
 public:
  static constexpr unsigned kStepBits = 5;
  static constexpr unsigned kOctaves = 40;  // values up to 2^45 ns, 9.7 hours; larger ones count as that
  static constexpr std::size_t kBuckets = (kOctaves + 1U) << kStepBits;

  /// Counts a value, so many times. Constant time.
  void record(std::uint64_t value, std::uint64_t times = 1) {
    buckets_[bucket_of(value)].add(times);
    largest_.raise_to(value);
  }

  /// The bucket that a value falls in.
  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t value) {
    constexpr std::uint64_t kSteps = 1U << kStepBits;
    if (value < kSteps) return static_cast<std::size_t>(value);
    const auto octave = static_cast<unsigned>(std::bit_width(value)) - kStepBits;
    if (octave > kOctaves) return kBuckets - 1;
    return (static_cast<std::size_t>(octave) << kStepBits) + ((value >> (octave - 1U)) & (kSteps - 1U));
  }

  /// The largest value that falls in a bucket: percentiles are reported upwards, never flattered.
  [[nodiscard]] static constexpr std::uint64_t upper_edge(std::size_t bucket) {
    constexpr std::size_t kSteps = std::size_t{1} << kStepBits;
    if (bucket < kSteps) return bucket;
    const std::size_t octave = bucket >> kStepBits;
    const std::uint64_t step = (bucket & (kSteps - 1U)) + kSteps + 1U;
    return (step << (octave - 1U)) - 1U;
  }

  [[nodiscard]] std::uint64_t count_in(std::size_t bucket) const { return buckets_[bucket].value(); }
  [[nodiscard]] std::uint64_t largest() const { return largest_.value(); }

 private:
  std::array<Counter, kBuckets> buckets_{};
  Counter largest_;
};

}  // namespace weir
