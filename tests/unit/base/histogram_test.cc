#include "base/histogram.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Histogram, EveryValueLiesInItsBucket) {
  for (std::uint64_t value = 0; value < 100'000; ++value) {
    const std::size_t bucket = Histogram::bucket_of(value);
    ASSERT_LE(value, Histogram::upper_edge(bucket)) << value;
    if (bucket > 0) {
      ASSERT_GT(value, Histogram::upper_edge(bucket - 1)) << value;
    }
  }
}

TEST(Histogram, EdgesOverstateByAThirtySecondAtMost) {
  for (std::uint64_t value = 64; value < (std::uint64_t{1} << 44); value = value * 9 / 8 + 1) {
    const std::uint64_t edge = Histogram::upper_edge(Histogram::bucket_of(value));
    EXPECT_LE(edge - value, value / 32) << value;
  }
}

TEST(Histogram, ValuesBeyondTheLastOctaveAreCountedInTheLastBucket) {
  Histogram histogram;
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.count_in(Histogram::kBuckets - 1), 1U);
  EXPECT_EQ(histogram.largest(), UINT64_MAX);
}

}  // namespace
}  // namespace weir
