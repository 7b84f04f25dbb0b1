// CoDel against RFC 8289: its gaps, and what it strikes of queues that stand, sink and come back.
#include "rate/codel.h"

#include <gtest/gtest.h>

#include <vector>

namespace weir {
namespace {

constexpr std::uint64_t kStanding = 100'000;

Instant at(std::int64_t milliseconds_long) {
  return Instant(0) + milliseconds(milliseconds_long);
}

// The milliseconds from `first` to before `end` at which a packet that stood for `sojourn` is struck; one leaves each.
std::vector<std::int64_t> struck(Codel& codel, std::int64_t first, std::int64_t end, Duration sojourn) {
  std::vector<std::int64_t> all;
  for (std::int64_t t = first; t < end; ++t) {
    if (codel.strikes({}, sojourn, kStanding, at(t))) all.push_back(t);
  }
  return all;
}

TEST(Codel, GapsShrinkWithTheSquareRootOfTheCount) {
  EXPECT_EQ(codel_gap(milliseconds(100), 1), Duration(100'000'000));
  EXPECT_EQ(codel_gap(milliseconds(100), 2), Duration(70'710'678));
  EXPECT_EQ(codel_gap(milliseconds(100), 3), Duration(57'735'026));
  EXPECT_EQ(codel_gap(milliseconds(100), 4), Duration(50'000'000));
  EXPECT_EQ(codel_gap(milliseconds(100), 10'000), Duration(1'000'000));
  EXPECT_EQ(codel_gap(seconds(4), 1), seconds(4));
  EXPECT_EQ(codel_gap(Duration(1), UINT32_MAX), Duration(0));
}

TEST(Codel, StrikesAnIntervalBehindTheFirstThatStoodTooLongAndThenByItsLaw) {
  Codel codel;
  // 100; 200; 270.7; 328.4; 378.4; 423.2; 464.0: each at the first packet that leaves then.
  EXPECT_EQ(struck(codel, 0, 470, milliseconds(6)), (std::vector<std::int64_t>{100, 200, 271, 329, 379, 424, 464}));
}

TEST(Codel, LeavesAloneWhatStandsForLessThanTheTarget) {
  Codel codel;
  EXPECT_TRUE(struck(codel, 0, 1'000, microseconds(4'999)).empty());
  EXPECT_EQ(struck(codel, 1'000, 1'150, milliseconds(5)), (std::vector<std::int64_t>{1'100}));
}

TEST(Codel, LeavesAQueueAloneThatHasNoMoreThanAFrameBehindTheHead) {
  Codel codel;
  for (std::int64_t t = 0; t < 1'000; ++t) {
    EXPECT_FALSE(codel.strikes({}, milliseconds(50), 1'514, at(t)));
  }
}

TEST(Codel, OneThatStoodShortlyBeginsTheIntervalAnew) {
  Codel codel;
  EXPECT_TRUE(struck(codel, 0, 99, milliseconds(6)).empty());
  EXPECT_FALSE(codel.strikes({}, milliseconds(4), kStanding, at(99)));
  EXPECT_EQ(struck(codel, 100, 250, milliseconds(6)), (std::vector<std::int64_t>{200}));
}

TEST(Codel, GoesOnWhereItWasIfTheQueueIsBackWithinSixteenIntervals) {
  Codel codel;
  EXPECT_EQ(struck(codel, 0, 470, milliseconds(6)).size(), 7U);
  EXPECT_FALSE(codel.strikes({}, milliseconds(1), kStanding, at(470)));
  // Count was 7 when it stopped and 1 when it began: it goes on with 6, 40.8 ms behind the first.
  EXPECT_EQ(struck(codel, 500, 700, milliseconds(6)), (std::vector<std::int64_t>{600, 641, 679}));
}

TEST(Codel, BeginsAnewAfterALongTime) {
  Codel codel;
  EXPECT_EQ(struck(codel, 0, 470, milliseconds(6)).size(), 7U);
  EXPECT_FALSE(codel.strikes({}, milliseconds(1), kStanding, at(470)));
  EXPECT_EQ(struck(codel, 5'000, 5'250, milliseconds(6)), (std::vector<std::int64_t>{5'100, 5'200}));
}

TEST(Codel, CatchesUpWithWhatIsOverdueOneByOne) {
  Codel codel;
  EXPECT_TRUE(struck(codel, 0, 100, milliseconds(6)).empty());
  EXPECT_TRUE(codel.strikes({}, milliseconds(6), kStanding, at(100)));
  // Nothing left for 200 ms: those due at 200 and 270.7 are struck together.
  EXPECT_TRUE(codel.strikes({}, milliseconds(6), kStanding, at(300)));
  EXPECT_TRUE(codel.strikes({}, milliseconds(6), kStanding, at(300)));
  EXPECT_FALSE(codel.strikes({}, milliseconds(6), kStanding, at(300)));
}

}  // namespace
}  // namespace weir
