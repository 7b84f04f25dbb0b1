#include "record/event_bars.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

TEST(EventBars, BarsGrowWiderAndLoseNothing) {
  EventBars timeline;
  timeline.add(0, EventBars::Lane::kDrop);
  timeline.add(kMillisecond, EventBars::Lane::kDrop);
  timeline.add(2 * kMillisecond, EventBars::Lane::kReset);
  EXPECT_EQ(timeline.bar_ns(), kMillisecond);
  EXPECT_EQ(timeline.bars(), 3U);
  timeline.add(480 * kMillisecond, EventBars::Lane::kOutage);
  EXPECT_EQ(timeline.bar_ns(), 2 * kMillisecond);
  EXPECT_EQ(timeline.bars(), 241U);
  EXPECT_EQ(timeline.count(0, EventBars::Lane::kDrop), 2U);
  EXPECT_EQ(timeline.count(1, EventBars::Lane::kReset), 1U);
  EXPECT_EQ(timeline.count(240, EventBars::Lane::kOutage), 1U);
  timeline.add(3'600'000 * kMillisecond, EventBars::Lane::kDrop);
  EXPECT_LE(timeline.bars(), EventBars::kMostBars);
  EXPECT_EQ(timeline.count(0, EventBars::Lane::kDrop), 2U);
  EXPECT_EQ(timeline.count(0, EventBars::Lane::kReset), 1U);
  EXPECT_EQ(timeline.most(EventBars::Lane::kDrop), 2U);
}

TEST(RateSeries, KeepsEachRedrawWhileThereIsRoom) {
  RateSeries trace;
  trace.add(0, 10);
  trace.add(5, 30);
  ASSERT_EQ(trace.points().size(), 2U);
  EXPECT_EQ(trace.points()[1].t_ns, 5);
  EXPECT_EQ(trace.whole().count, 2U);
  EXPECT_EQ(trace.whole().mean(), 20);
  EXPECT_EQ(RateSeries().whole().count, 0U);
}

TEST(RateSeries, SumsUpNeighboursWhereThereAreTooMany) {
  RateSeries trace;
  for (std::size_t i = 0; i < RateSeries::kMostPoints; ++i)
    trace.add(static_cast<std::int64_t>(i), i % 2 == 0 ? 10 : 30);
  EXPECT_EQ(trace.points().size(), RateSeries::kMostPoints);
  trace.add(9'000, 50);
  trace.add(9'001, 70);
  EXPECT_EQ(trace.points().size(), RateSeries::kMostPoints / 2 + 1);
  EXPECT_EQ(trace.points()[0].least, 10);
  EXPECT_EQ(trace.points()[0].most, 30);
  EXPECT_EQ(trace.points()[0].mean(), 20);
  EXPECT_EQ(trace.points()[1].t_ns, 2);
  EXPECT_EQ(trace.points().back().mean(), 60);
  EXPECT_EQ(trace.whole().count, RateSeries::kMostPoints + 2);
  EXPECT_EQ(trace.whole().most, 70);
}

}  // namespace
}  // namespace weir
