#include "engine/late_account.h"

#include <gtest/gtest.h>

#include <memory>

namespace weir {
namespace {

class LateAccountTest : public testing::Test {
 protected:
  /// A turn that begins so long after the one before, and what it moves.
  void turn_after(Duration gap, std::size_t received = 0, std::size_t sent = 0, bool caught_up = true) {
    begin_after(gap, received);
    account_.end_turn(sent, caught_up);
  }
  void begin_after(Duration gap, std::size_t received = 0) {
    now_ = now_ + gap;
    account_.begin_turn(now_, received);
  }
  [[nodiscard]] std::uint64_t late(LateCause cause) const {
    return counters_->late[static_cast<std::size_t>(cause)].frames.value();
  }

  std::unique_ptr<WorkerCounters> counters_ = std::make_unique<WorkerCounters>();
  LateAccount account_{*counters_, milliseconds(1)};
  Instant now_;
};

TEST_F(LateAccountTest, TheFirstTurnHasNoneBeforeIt) {
  turn_after(seconds(1));
  EXPECT_EQ(counters_->stolen_gaps.value(), 0U);
}

TEST_F(LateAccountTest, AGapThatNothingExplainsIsStolen) {
  turn_after(Duration());
  turn_after(microseconds(10));
  EXPECT_EQ(counters_->stolen_gaps.value(), 0U) << "short";
  turn_after(nanoseconds(10'001));
  turn_after(milliseconds(4));
  EXPECT_EQ(counters_->stolen_gaps.value(), 2U);
  EXPECT_EQ(counters_->stolen_ns.value(), 4'010'001U);
  EXPECT_EQ(counters_->longest_stolen_ns.value(), 4'000'000U);
}

TEST_F(LateAccountTest, FramesExplainEightTimesWhatTheyUsuallyTake) {
  turn_after(Duration(), 50, 40);
  turn_after(microseconds(800), 10);  // 100 frames at 1 us, eight times
  EXPECT_EQ(counters_->stolen_gaps.value(), 0U);
}

TEST_F(LateAccountTest, WhatFramesUsuallyTakeIsLearned) {
  turn_after(Duration());
  for (int i = 0; i < 20'000; ++i) turn_after(microseconds(1), 10);  // 20 a gap: 50 ns a frame
  turn_after(microseconds(40), 0);
  EXPECT_EQ(counters_->stolen_gaps.value(), 1U) << "the 10 frames before it take half a microsecond";
}

TEST_F(LateAccountTest, AFrameIsLateBeyondWhatWasPromisedOnly) {
  account_.note(milliseconds(1), 1);
  account_.note(Duration(-5), 1);
  EXPECT_EQ(late(LateCause::kLongTurns), 0U);
  account_.note(nanoseconds(1'000'001), 1);
  EXPECT_EQ(late(LateCause::kLongTurns), 1U);
  EXPECT_EQ(counters_->lateness_ns.largest(), 1'000'001U);
}

TEST_F(LateAccountTest, AStolenGapExplainsUpToTwiceItsLength) {
  turn_after(Duration());
  begin_after(milliseconds(4));
  account_.note(milliseconds(8), 1);
  account_.note(milliseconds(9), 1);
  EXPECT_EQ(late(LateCause::kStolenCore), 1U);
  EXPECT_EQ(late(LateCause::kLongTurns), 1U);
  EXPECT_EQ(counters_->late[static_cast<std::size_t>(LateCause::kStolenCore)].worst_ns.value(), 8'000'000U);
}

TEST_F(LateAccountTest, AStolenGapIsRememberedUntilTheWorkerHasCaughtUp) {
  turn_after(Duration());
  turn_after(milliseconds(4), 64, 64, false);
  begin_after(microseconds(64));
  account_.note(milliseconds(3), 1);
  EXPECT_EQ(late(LateCause::kStolenCore), 1U);
  account_.end_turn(64, true);
  begin_after(microseconds(64));
  account_.note(milliseconds(3), 1);
  EXPECT_EQ(late(LateCause::kStolenCore), 1U);
  EXPECT_EQ(late(LateCause::kLongTurns), 1U);
}

TEST_F(LateAccountTest, APortThatTakesNothingIsACauseUnlessTheCoreWasStolen) {
  turn_after(Duration());
  account_.note_waited_for_port(30, milliseconds(2));
  EXPECT_EQ(late(LateCause::kPortFull), 30U);
  EXPECT_EQ(counters_->late[static_cast<std::size_t>(LateCause::kPortFull)].sum_ns.value(), 60'000'000U);
  begin_after(milliseconds(2));
  account_.note_waited_for_port(3, milliseconds(2));
  EXPECT_EQ(late(LateCause::kStolenCore), 3U);
}

TEST(LateAccountInSimulatedTime, KeepsNoGaps) {
  const auto counters = std::make_unique<WorkerCounters>();
  LateAccount account(*counters, Duration(INT64_MAX));
  account.begin_turn(Instant(), 0);
  account.begin_turn(Instant() + seconds(5), 0);
  account.note(seconds(5), 1);
  EXPECT_EQ(counters->stolen_gaps.value(), 0U);
  for (const LateCounters& late : counters->late) EXPECT_EQ(late.frames.value(), 0U);
}

}  // namespace
}  // namespace weir
