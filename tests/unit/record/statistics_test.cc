#include "record/statistics.h"

#include <gtest/gtest.h>

#include "record/duration_text.h"

namespace weir {
namespace {

using Sentences = std::vector<std::string>;

/// A run of one link in which 100 frames came in and left.
RunStatistics good_run() {
  RunStatistics run;
  run.links.resize(1);
  run.links[0].a.rx_frames = 100;
  run.links[0].b.tx_frames = 100;
  return run;
}

TEST(Promises, AreKeptWhenNothingIsWrong) {
  EXPECT_EQ(broken_promises(good_run()), Sentences());
  EXPECT_TRUE(conservation_of(good_run()).holds());
}

TEST(Promises, IntendedLossBreaksNone) {
  RunStatistics run = good_run();
  run.links[0].b.tx_frames = 94;
  run.totals.drops[static_cast<std::size_t>(DropReason::kRateQueue)] = 3;
  run.totals.drops[static_cast<std::size_t>(DropReason::kReset)] = 2;
  run.totals.drops[static_cast<std::size_t>(DropReason::kAfterReset)] = 1;
  EXPECT_EQ(broken_promises(run), Sentences());
}

TEST(Promises, UnintendedLossIsNamedCauseByCause) {
  RunStatistics run = good_run();
  run.links[0].a.imissed = 7;
  EXPECT_EQ(broken_promises(run), Sentences({"7 frames were lost that weir did not mean to lose (imissed 7)"}));
  run.links[0].a.imissed = 4;
  run.links[0].b.imissed = 3;
  run.links[0].b.rx_nombuf = 1;
  run.totals.drops[static_cast<std::size_t>(DropReason::kTxFull)] = 2;
  run.totals.drops[static_cast<std::size_t>(DropReason::kNoTicket)] = 5;
  run.totals.drops[static_cast<std::size_t>(DropReason::kStopped)] = 6;  // meant: the run was told to stop
  run.links[0].b.tx_frames = 87;
  EXPECT_EQ(broken_promises(run), Sentences({"15 frames were lost that weir did not mean to lose (imissed 7, "
                                             "rx_nombuf 1, tx_full 2, no_ticket 5)"}));
}

TEST(Promises, WantOfRoomIsToldAndFramesNobodyCouldShapeAreNot) {
  RunStatistics run = good_run();
  run.totals.unshaped[static_cast<std::size_t>(UnshapedReason::kMalformed)] = 9;
  run.totals.unshaped[static_cast<std::size_t>(UnshapedReason::kFragment)] = 9;
  EXPECT_EQ(broken_promises(run), Sentences());
  run.totals.unshaped[static_cast<std::size_t>(UnshapedReason::kTableFull)] = 2;
  run.totals.unshaped[static_cast<std::size_t>(UnshapedReason::kNoBuffer)] = 1;
  EXPECT_EQ(broken_promises(run),
            Sentences({"3 times weir had no room to do what was asked (table_full 2, no_buffer 1)"}));
}

TEST(Promises, OneFrameIsOne) {
  RunStatistics run = good_run();
  run.totals.early = 1;
  run.totals.out_of_order = 2;
  EXPECT_EQ(broken_promises(run),
            Sentences({"1 frame was sent before the due time", "2 frames were sent out of order"}));
}

TEST(Promises, LatenessCountsForAllButOneInAThousand) {
  Histogram lateness;
  for (int i = 0; i < 999; ++i) lateness.record(1000);
  lateness.record(5'000'000);
  RunStatistics run = good_run();
  run.totals.lateness_ns.add(lateness);
  EXPECT_EQ(broken_promises(run), Sentences());
  lateness.record(3'100'000);
  RunStatistics late = good_run();
  late.totals.lateness_ns.add(lateness);
  EXPECT_EQ(broken_promises(late), Sentences({"99.9 % of held frames left no later than 3.15 ms after their due time; "
                                              "1 ms was promised"}));
  late.max_late = milliseconds(5);
  EXPECT_EQ(broken_promises(late), Sentences());
}

TEST(Promises, WhatWasLateIsSaidWithItsCauses) {
  Histogram lateness;
  lateness.record(3'100'000);
  RunStatistics run = good_run();
  run.totals.lateness_ns.add(lateness);
  run.totals.late[static_cast<std::size_t>(LateCause::kStolenCore)] = {.frames = 1, .worst_ns = 3'100'000};
  EXPECT_EQ(broken_promises(run), Sentences({"99.9 % of held frames left no later than 3.1 ms after their due time; "
                                             "1 ms was promised: 1 frame was late by a stolen core (up to 3.1 ms)"}));
  run.totals.late[static_cast<std::size_t>(LateCause::kLongTurns)] = {.frames = 2, .worst_ns = 1'500'000};
  run.totals.late[static_cast<std::size_t>(LateCause::kPortFull)] = {.frames = 70, .worst_ns = 2'000'000};
  EXPECT_EQ(broken_promises(run),
            Sentences({"99.9 % of held frames left no later than 3.1 ms after their due time; 1 ms was promised: 2 "
                       "frames were late by a loop that took too long (up to 1.5 ms), 70 frames were late by a port "
                       "that took no more (up to 2 ms), 1 frame was late by a stolen core (up to 3.1 ms)"}));
}

TEST(Promises, FramesThatFoundNoBufferAreNamed) {
  RunStatistics run = good_run();
  run.totals.drops[static_cast<std::size_t>(DropReason::kPoolShort)] = 7;
  run.links[0].a.rx_frames += 7;
  EXPECT_EQ(broken_promises(run), Sentences({"7 frames were lost that weir did not mean to lose (pool_short 7)"}));
}

TEST(Promises, ExactlyAsLateAsPromisedIsKept) {
  Histogram lateness;
  lateness.record(1'000'000);
  RunStatistics run = good_run();
  run.totals.lateness_ns.add(lateness);
  EXPECT_EQ(broken_promises(run), Sentences());
}

TEST(Promises, ConservationIsCounted) {
  RunStatistics run = good_run();
  run.links[0].b.tx_frames = 90;
  run.totals.injected = 2;
  run.totals.absorbed = 3;
  run.totals.held = 4;
  run.totals.drops[0] = 4;
  EXPECT_EQ(broken_promises(run),
            Sentences({"frames do not add up: received 100 + injected 2 + duplicated 0 is not sent 90 + "
                       "dropped 4 + absorbed 3 + held 4"}));
  run.totals.held = 5;
  EXPECT_EQ(broken_promises(run), Sentences());
}

TEST(Promises, AnIncompleteLogIsBroken) {
  RunStatistics run = good_run();
  run.totals.log_overflow = 1;
  EXPECT_EQ(broken_promises(run), Sentences({"the decision log is not complete: 1 record found its ring full"}));
  run.log_failed = true;
  EXPECT_EQ(broken_promises(run), Sentences({"the decision log is not complete: it could not be written to its end"}));
}

TEST(ActiveTime, CountsOnlyIntervalsInWhichSomethingMoved) {
  ActiveTime active;
  active.observe(Instant() + seconds(1), 100);
  active.observe(Instant() + seconds(2), 100);
  active.observe(Instant() + milliseconds(2500), 101);
  EXPECT_EQ(active.total(), milliseconds(1500));
}

TEST(DurationText, ThreeDigitsRoundedUpwards) {
  EXPECT_EQ(duration_text(Duration()), "0 ns");
  EXPECT_EQ(duration_text(nanoseconds(999)), "999 ns");
  EXPECT_EQ(duration_text(nanoseconds(1000)), "1 us");
  EXPECT_EQ(duration_text(nanoseconds(41'210)), "41.3 us");
  EXPECT_EQ(duration_text(nanoseconds(999'001)), "1 ms");
  EXPECT_EQ(duration_text(microseconds(3100)), "3.1 ms");
  EXPECT_EQ(duration_text(microseconds(3101)), "3.11 ms");
  EXPECT_EQ(duration_text(milliseconds(1500)), "1.5 s");
  EXPECT_EQ(duration_text(seconds(3600)), "3600 s");
}

}  // namespace
}  // namespace weir
