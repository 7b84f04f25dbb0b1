#include "rate/capacity.h"

#include <gtest/gtest.h>

#include <random>

namespace weir {
namespace {

constexpr Duration kSecond = seconds(1);

TEST(Capacity, IsRateTimesTimeRoundedDown) {
  Capacity capacity(ByteRate{2'000'000}, ByteRate{2'000'000}, kSecond, 1);
  EXPECT_EQ(capacity.carried(Instant(0)), 0U);
  EXPECT_EQ(capacity.carried(Instant(499)), 0U);
  EXPECT_EQ(capacity.carried(Instant(500)), 1U);
  EXPECT_EQ(capacity.carried(Instant(0) + seconds(3600)), 7'200'000'000U);
}

TEST(Capacity, IsExactAtRatesThatDoNotDivideTime) {
  // 1.4 MB/s polled each microsecond is where a bucket that rounds a poll loses 28.6 %.
  Capacity capacity(ByteRate{1'400'000}, ByteRate{1'400'000}, kSecond, 1);
  std::uint64_t last = 0;
  for (std::int64_t t = 0; t <= 1'000'000'000; t += 1'000) last = capacity.carried(Instant(t));
  EXPECT_EQ(last, 1'400'000U);
}

TEST(Capacity, DoesNotDependOnWhenItIsAsked) {
  const auto fresh = [] { return Capacity(ByteRate{1'000'003}, ByteRate{7'777'777}, milliseconds(10), 42); };
  Capacity polled = fresh();
  std::mt19937_64 random(7);
  for (std::int64_t t = 0; t < 2'000'000'000; t += static_cast<std::int64_t>(random() % 3'000'000)) {
    Capacity asked_once = fresh();
    ASSERT_EQ(polled.carried(Instant(t)), asked_once.carried(Instant(t))) << t;
  }
}

TEST(Capacity, RedrawsWithinItsBoundsAndCarriesTheRemainder) {
  Capacity capacity(ByteRate{1'000}, ByteRate{2'000}, milliseconds(1), 3);
  std::uint64_t thousandths = 0;  // bytes a second times milliseconds
  for (std::int64_t ms = 0; ms < 1'000; ++ms) {
    EXPECT_EQ(capacity.carried(Instant(0) + milliseconds(ms)), thousandths / 1'000);
    EXPECT_GE(capacity.rate().bytes_per_second, 1'000U);
    EXPECT_LE(capacity.rate().bytes_per_second, 2'000U);
    EXPECT_EQ(capacity.redraws(), static_cast<std::uint64_t>(ms));
    thousandths += capacity.rate().bytes_per_second;
  }
}

TEST(Capacity, HoldsAtFourHundredGigabitsForADay) {
  Capacity capacity(ByteRate{50'000'000'000}, ByteRate{50'000'000'000}, kSecond, 1);
  EXPECT_EQ(capacity.carried(Instant(0) + seconds(86'400)), 4'320'000'000'000'000U);
}

TEST(Capacity, ReachesIsTheFirstInstantAtWhichItHasCarriedThatMuch) {
  Capacity capacity(ByteRate{1'400'001}, ByteRate{1'400'001}, kSecond, 1);
  for (std::uint64_t bytes = 1; bytes < 5'000; ++bytes) {
    const Instant at = capacity.reaches(bytes);
    EXPECT_EQ(capacity.carried(at - nanoseconds(1)), bytes - 1) << bytes;
    EXPECT_EQ(capacity.carried(at), bytes) << bytes;
  }
}

TEST(Capacity, ReachesStopsAtTheNextRedraw) {
  Capacity capacity(ByteRate{1'000}, ByteRate{2'000}, kSecond, 3);
  EXPECT_EQ(capacity.reaches(1'000'000), Instant(0) + kSecond);
}

TEST(Capacity, ReachesLooksBackAcrossOneRedraw) {
  Capacity polled(ByteRate{1'000}, ByteRate{90'000}, milliseconds(10), 3);
  Capacity ahead = polled;
  static_cast<void>(ahead.carried(Instant(0) + milliseconds(15)));
  const std::uint64_t before_redraw = polled.carried(Instant(0) + milliseconds(10) - nanoseconds(1));
  for (std::uint64_t bytes = 1; bytes <= before_redraw; ++bytes) EXPECT_EQ(ahead.reaches(bytes), polled.reaches(bytes));
}

TEST(Capacity, AtRateZeroNothingIsEverReached) {
  const Capacity capacity(ByteRate{0}, ByteRate{0}, kSecond, 1);
  EXPECT_EQ(capacity.reaches(1), Instant::never());
}

}  // namespace
}  // namespace weir
