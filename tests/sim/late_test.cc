// Frames that are late, counted by what made them so: a core that was taken away, a loop that has too much to do, a
// port that takes nothing.
#include <gtest/gtest.h>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

constexpr WorkerSizes kSizes{.flows = 4'096, .held = 4'096};
constexpr Duration kHold = milliseconds(2);
constexpr Duration kPoll = microseconds(5);  // a loop with nothing to do

class Late : public testing::Test {
 protected:
  /// So many responses, each of a connection of its own, are held from now on.
  void hold_responses(int count) {
    for (int i = 0; i < count; ++i) {
      Talk talk(bench_, static_cast<std::uint16_t>(20'000 + i));
      talk.open();
      talk.client_says(kGet);
      talk.server_says(kOk);
    }
    bench_.forget_departures();
    due_at_ = bench_.now() + kHold;
  }
  /// The loop turns as fast as it can until so long after the responses are due.
  void poll_until_due_and(Duration more) { bench_.poll_until(due_at_ + more, kPoll); }

  [[nodiscard]] const LateCounters& late(LateCause cause) {
    return bench_.counters().late[static_cast<std::size_t>(cause)];
  }
  [[nodiscard]] std::vector<std::uint64_t> late_frames() {
    return {late(LateCause::kLongTurns).frames.value(), late(LateCause::kPortFull).frames.value(),
            late(LateCause::kStolenCore).frames.value()};
  }

  SimBench bench_{late_by(kHold), 1, kSizes};
  Instant due_at_;
};

using Frames = std::vector<std::uint64_t>;  // late by long turns, by a full port, by a stolen core

TEST_F(Late, NothingIsWhenTheLoopTurns) {
  hold_responses(100);
  poll_until_due_and(milliseconds(3));
  EXPECT_EQ(bench_.left(Side::kA).size(), 100U);
  EXPECT_EQ(late_frames(), Frames({0, 0, 0}));
}

TEST_F(Late, AStolenCoreIsNamed) {
  hold_responses(100);
  poll_until_due_and(Duration() - microseconds(500));
  const std::uint64_t gaps = bench_.counters().stolen_gaps.value();
  bench_.turn_after(milliseconds(5));
  EXPECT_EQ(bench_.left(Side::kA).size(), 100U);
  EXPECT_EQ(late_frames(), Frames({0, 0, 100}));
  EXPECT_EQ(late(LateCause::kStolenCore).sum_ns.value(), 100U * 4'500'000U);
  EXPECT_EQ(late(LateCause::kStolenCore).worst_ns.value(), 4'500'000U);
  EXPECT_EQ(bench_.counters().stolen_gaps.value(), gaps + 1);
}

TEST_F(Late, WhatAStolenCoreLeftBehindIsItsFaultToo) {
  hold_responses(600);
  poll_until_due_and(Duration());
  poll_until_due_and(Duration());  // 256 lanes a turn, 512 have left in time
  bench_.turn_after(milliseconds(3));
  EXPECT_EQ(bench_.left(Side::kA).size(), 600U);
  EXPECT_EQ(late_frames(), Frames({0, 0, 88}));
}

TEST_F(Late, ALoopThatHasTooMuchToDoIsNamed) {
  hold_responses(1'000);
  poll_until_due_and(Duration());
  for (int turn = 0; turn < 3; ++turn) bench_.turn_after(microseconds(500));  // 256 frames explain 8 us each
  EXPECT_EQ(bench_.left(Side::kA).size(), 1'000U);
  EXPECT_EQ(late_frames(), Frames({232, 0, 0})) << "those of the last turn, 1.5 ms late; 1 ms was promised";
  EXPECT_EQ(late(LateCause::kLongTurns).worst_ns.value(), 1'500'000U);
}

TEST_F(Late, APortThatTakesNothingIsNamed) {
  hold_responses(10);
  bench_.port(Side::kA).takes = 4;
  poll_until_due_and(milliseconds(2));
  EXPECT_EQ(bench_.left(Side::kA).size(), 4U);
  bench_.port(Side::kA).takes = SIZE_MAX;
  bench_.turn_after(kPoll);
  EXPECT_EQ(bench_.left(Side::kA).size(), 10U);
  EXPECT_EQ(late_frames(), Frames({0, 6, 0}));
  EXPECT_EQ(late(LateCause::kPortFull).worst_ns.value(), 2'005'000U);
}

TEST_F(Late, BurstsAndTheirFramesAreCounted) {
  const Bytes frame = FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(1, 2).payload("x").build();
  for (int i = 0; i < 70; ++i) bench_.arrive(Side::kA, frame);
  bench_.arrive(Side::kB, frame);
  bench_.turn();
  bench_.turn();
  bench_.turn();
  EXPECT_EQ(bench_.counters().bursts.value(), 3U) << "64, 6 and 1";
  EXPECT_EQ(bench_.counters().burst_frames.value(), 71U);
}

}  // namespace
}  // namespace weir::test
