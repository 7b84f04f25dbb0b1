// PIE against RFC 8033: how its probability moves, and what it leaves alone.
#include "rate/pie.h"

#include <gtest/gtest.h>

#include "base/draw.h"

namespace weir {
namespace {

constexpr Duration kTarget = milliseconds(15);
constexpr std::uint64_t kMuch = 100'000;
constexpr std::uint64_t kStrikes = 0;  // draws below any probability
constexpr std::uint64_t kMisses = UINT64_MAX;

double share_of(const Pie& pie) {
  return static_cast<double>(pie.probability()) / static_cast<double>(Pie::kOne);
}

TEST(Pie, MovesByItsTwoGainsInTheStepsOfItsRange) {
  Pie pie;
  // (0.125 * 5 ms + 1.25 * 20 ms) / 2048: from nothing, below a millionth.
  pie.update(kTarget, milliseconds(20));
  EXPECT_NEAR(share_of(pie), 0.025625 / 2'048, 1e-12);
  // 1.25e-5 lies below 1e-4: (0.125 * 5 ms + 0) / 128.
  pie.update(kTarget, milliseconds(20));
  EXPECT_NEAR(share_of(pie), 0.025625 / 2'048 + 0.000625 / 128, 1e-12);
}

TEST(Pie, AnUpdateIsDueEachFifteenMilliseconds) {
  Pie pie;
  EXPECT_EQ(pie.update_at(), Instant(15'000'000));
  pie.update(kTarget, Duration());
  EXPECT_EQ(pie.update_at(), Instant(30'000'000));
}

TEST(Pie, ItsStepsAreCappedFromTenPercentOn) {
  Pie pie;
  for (int i = 0; i < 1'000 && share_of(pie) < 0.1; ++i) pie.update(kTarget, milliseconds(500));
  const double before = share_of(pie);
  pie.update(kTarget, seconds(3));  // 1.25 * 2.5 s would be more than all
  EXPECT_NEAR(share_of(pie) - before, 0.02, 1e-9);
}

TEST(Pie, StaysBetweenNothingAndAll) {
  Pie pie;
  for (int i = 0; i < 10'000; ++i) pie.update(kTarget, seconds(10));
  EXPECT_EQ(pie.probability(), Pie::kOne);
  for (int i = 0; i < 10'000; ++i) pie.update(kTarget, Duration());
  EXPECT_EQ(pie.probability(), 0);
}

TEST(Pie, LetsABurstOfAHundredAndFiftyMillisecondsPass) {
  Pie pie;
  for (int update = 0; update < 9; ++update) {
    pie.update(kTarget, seconds(1));
    EXPECT_FALSE(pie.judge(kTarget, kMuch, kStrikes).strikes) << update;
  }
  for (int update = 0; update < 100; ++update) pie.update(kTarget, seconds(1));
  EXPECT_TRUE(pie.judge(kTarget, kMuch, kStrikes).strikes);
}

// Behind the burst, with the delay where it is, at a probability of about `share`.
Pie pie_at(double share) {
  Pie pie;
  for (int i = 0; i < 100'000 && share_of(pie) < share; ++i) pie.update(kTarget, milliseconds(40));
  return pie;
}

TEST(Pie, LeavesTwoPacketsAloneAndWhatIsCalm) {
  Pie pie = pie_at(0.15);
  EXPECT_FALSE(pie.judge(kTarget, 2'048, kStrikes).strikes);
  pie.update(kTarget, milliseconds(7));
  EXPECT_FALSE(pie.judge(kTarget, kMuch, kStrikes).strikes) << "below 20 %, and below half of the target";
}

TEST(Pie, SpreadsItsStrikes) {
  Pie pie = pie_at(0.15);
  // 0.15 a packet: five are let go whatever is drawn, until 0.85 has come together.
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(pie.judge(kTarget, kMuch, kStrikes).strikes) << i;
  EXPECT_TRUE(pie.judge(kTarget, kMuch, kStrikes).strikes);
  EXPECT_FALSE(pie.judge(kTarget, kMuch, kStrikes).strikes) << "and from the beginning";
}

TEST(Pie, StrikesAtLastWhateverIsDrawn) {
  Pie pie = pie_at(0.15);
  int let_go = 0;
  while (!pie.judge(kTarget, kMuch, kMisses).strikes) ++let_go;
  EXPECT_GE(let_go, 50);  // 8.5 / 0.15 = 56.7
  EXPECT_LE(let_go, 57);
}

TEST(Pie, MarksUpToTenPercentAndDropsAbove) {
  const auto verdict = [](double share) {
    Pie pie = pie_at(share);
    Pie::Verdict last;
    for (int i = 0; i < 1'000 && !last.strikes; ++i) last = pie.judge(kTarget, kMuch, kStrikes);
    return last;
  };
  EXPECT_TRUE(verdict(0.05).may_mark);
  EXPECT_TRUE(verdict(0.15).strikes);
  EXPECT_FALSE(verdict(0.15).may_mark);
}

}  // namespace
}  // namespace weir
