// Traces of deliveries: what has passed by when, and when something has, over and over.
#include "rate/deliveries.h"

#include <gtest/gtest.h>

#include <memory>

#include "rate/capacity.h"

namespace weir {
namespace {

/// 1504 bytes at 2 ms, twice that at 3 ms, once more at 10 ms, where it begins again.
Deliveries trace() {
  return {{{milliseconds(2), 1'504}, {milliseconds(3), 4'512}, {milliseconds(10), 6'016}}, milliseconds(10), "t"};
}

TEST(Deliveries, PassAtTheirInstantAndNotBefore) {
  const Deliveries deliveries = trace();
  EXPECT_EQ(deliveries.carried(Duration()), 0U);
  EXPECT_EQ(deliveries.carried(milliseconds(2) - nanoseconds(1)), 0U);
  EXPECT_EQ(deliveries.carried(milliseconds(2)), 1'504U);
  EXPECT_EQ(deliveries.carried(milliseconds(9)), 4'512U);
  EXPECT_EQ(deliveries.carried(milliseconds(10)), 6'016U);
  EXPECT_EQ(deliveries.carried(milliseconds(12)), 7'520U);
  EXPECT_EQ(deliveries.carried(seconds(1)), 601'600U);
}

TEST(Deliveries, ReachIsTheFirstInstantThatHasCarriedSoMuch) {
  const Deliveries deliveries = trace();
  EXPECT_EQ(deliveries.reaches(0), Duration());
  for (std::uint64_t bytes = 1; bytes < 20'000; bytes += 7) {
    const Duration at = deliveries.reaches(bytes);
    EXPECT_GE(deliveries.carried(at), bytes);
    EXPECT_LT(deliveries.carried(at - nanoseconds(1)), bytes);
  }
  EXPECT_EQ(deliveries.reaches(6'016), milliseconds(10));
  EXPECT_EQ(deliveries.reaches(6'017), milliseconds(12));
}

TEST(Deliveries, OneAtTheBeginningComesWithTheEndOfThePeriodBefore) {
  const Deliveries deliveries({{Duration(), 10}, {milliseconds(4), 20}}, milliseconds(4), "t");
  EXPECT_EQ(deliveries.carried(Duration()), 10U);
  EXPECT_EQ(deliveries.carried(milliseconds(4)), 30U);
  EXPECT_EQ(deliveries.reaches(30), milliseconds(4));
}

TEST(Deliveries, HaveAMean) {
  EXPECT_EQ(trace().mean().bytes_per_second, 601'600U);
  EXPECT_EQ(Deliveries({{seconds(3'000), 1}}, seconds(3'000), "t").mean().bytes_per_second, 1U);
}

TEST(Capacity, FollowsATraceFromTheInstantAtWhichItHolds) {
  const Deliveries deliveries = trace();
  const ByteRate mean = deliveries.mean();
  Capacity capacity(ByteRate{1'000}, ByteRate{1'000}, seconds(1), 1);
  capacity.change({mean, mean, seconds(1), 1, &deliveries}, Instant(0) + milliseconds(1'500));
  EXPECT_EQ(capacity.carried(Instant(0) + milliseconds(1'501)), 1'500U);
  EXPECT_EQ(capacity.carried(Instant(0) + milliseconds(1'502)), 1'500U + 1'504U);
  EXPECT_EQ(capacity.reaches(1'500 + 1'505), Instant(0) + milliseconds(1'503));
  EXPECT_EQ(capacity.rate(), mean);
  capacity.change({ByteRate{1'000}, ByteRate{1'000}, seconds(1), 1}, Instant(0) + milliseconds(1'510));
  EXPECT_EQ(capacity.carried(Instant(0) + milliseconds(1'511)), 1'500U + 6'016U + 1U);
}

TEST(Capacity, AChangeCarriesTheRemainder) {
  // 3 bytes a second change to the same three times over in each third of a second: no fraction may be lost.
  Capacity changed(ByteRate{3}, ByteRate{3}, seconds(1), 1);
  for (std::int64_t i = 1; i <= 3'000; ++i) {
    const std::uint64_t rate = i % 2 == 0 ? 3 : 5;
    changed.change({ByteRate{rate}, ByteRate{rate}, seconds(1), 1}, Instant(i * 333'333'333));
  }
  // 1 500 spans of 5 and 1 500 of 3 (the first one of 3 before the first change), each 333 333 333 ns.
  const std::uint64_t byte_nanoseconds = (1'500ULL * 5 + 1'500ULL * 3) * 333'333'333ULL;
  EXPECT_EQ(changed.carried(Instant(3'000LL * 333'333'333)), byte_nanoseconds / 1'000'000'000);
  EXPECT_EQ(changed.redraws(), 3'000U);
}

TEST(Capacity, ARateOfNothingReachesNothing) {
  Capacity capacity(ByteRate{1'000}, ByteRate{1'000}, seconds(1), 1);
  capacity.change({ByteRate{0}, ByteRate{0}, seconds(1), 1}, Instant(0) + seconds(1));
  EXPECT_EQ(capacity.carried(Instant(0) + seconds(9)), 1'000U);
  EXPECT_EQ(capacity.reaches(1'001), Instant::never());
  EXPECT_EQ(capacity.reaches(1'000), Instant(0) + seconds(1));
}

}  // namespace
}  // namespace weir
