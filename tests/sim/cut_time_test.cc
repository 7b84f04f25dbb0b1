// A cut in the body, so long behind its first byte; and connections that end before it comes.
#include <gtest/gtest.h>

#include "sim/cut_body.h"

namespace weir::test {
namespace {

TEST(CutAfterTime, ExactlySoLongBehindTheFirstByte) {
  Body body(cut_after(milliseconds(30)));
  const std::string response = response_of(500);
  const Instant begun = body.bench.now();
  body.server_says(response.substr(0, 100));
  body.bench.run_for(milliseconds(20));
  body.server_says(response.substr(100, 100));
  body.bench.run_until(begun + milliseconds(30) - nanoseconds(1));
  body.expect_no_cut();
  body.bench.run_for(nanoseconds(1));
  EXPECT_EQ(body.delivered(), response.substr(0, 200));
  body.expect_cut_behind(200);
  EXPECT_EQ(body.bench.left(Side::kA).back().at, begun + milliseconds(30));
  EXPECT_EQ(Conversation::timestamp_value_of(body.bench.left(Side::kA).back().frame), body.talk.newest_from(Side::kB))
      << "newer than the first byte's";
  body.server_says(response.substr(200));
  EXPECT_EQ(body.delivered(), response.substr(0, 200));
  body.expect_nothing_kept();
}

TEST(CutAfterTime, RunsFromTheInstantAtWhichTheFirstByteIsDue) {
  Body body(with_latency(cut_after(milliseconds(30)), milliseconds(200)));
  const Instant begun = body.bench.now();
  body.server_says(response_of(500));
  body.bench.run_for(seconds(1));
  body.expect_cut_behind(500);
  EXPECT_EQ(body.bench.left(Side::kA).back().at, begun + milliseconds(230));
  EXPECT_EQ(body.bench.left(Side::kA).front().at, begun + milliseconds(200));
}

TEST(CutAfterTime, WhatIsHeldThenIsDiscarded) {
  Body body(with_speed(cut_after(milliseconds(250)), 1'000));
  say_in_pieces(body, response_of(500));
  body.bench.run_for(seconds(1));
  const std::size_t given = body.delivered().size();
  EXPECT_GT(given, 0U);
  EXPECT_LT(given, 500U);
  body.expect_cut_behind(given);
  EXPECT_EQ(body.bench.drops(DropReason::kReset), (500 - given) / kPiece);
  body.expect_nothing_kept();
}

TEST(CutAfterTime, IsVoidWhenBothEndsHaveEnded) {
  Body body(cut_after(milliseconds(30)));
  body.talk.says(Side::kB, kPushed | kFin, response_of(500));
  body.talk.says(Side::kA, kFinAck);
  body.bench.run_for(milliseconds(100));
  body.expect_no_cut();
  body.expect_nothing_kept();
}

TEST(CutAfterTime, IsVoidWhenAnEndHasReset) {
  for (const Side end : {Side::kA, Side::kB}) {
    Body body(cut_after(milliseconds(30)));
    body.server_says(response_of(500));
    body.talk.says(end, kRstAck);
    body.bench.run_for(milliseconds(100));
    EXPECT_EQ(body.bench.counters().reset_applied.value(), 0U);
    body.expect_nothing_kept();
  }
}

TEST(CutAfterTime, CutsWhatHasEndedButStillWaits) {
  Body body(with_speed(cut_after(milliseconds(30)), 1'000));
  body.talk.says(Side::kB, kPushed | kFin, response_of(500));
  body.talk.says(Side::kA, kFinAck);
  body.bench.run_for(seconds(1));
  EXPECT_TRUE(body.delivered().empty());
  EXPECT_EQ(body.bench.counters().reset_applied.value(), 1U);
}

TEST(CutAfterTime, IsVoidForTheNextConnectionOnTheSamePorts) {
  Body body(cut_after(milliseconds(30)));
  body.server_says(response_of(500));
  Conversation second(body.bench);
  second.begin_at(Side::kA, 0x7fff'0000);
  second.opens();
  second.says(Side::kA, kPushed, kGet);
  body.bench.run_for(milliseconds(100));
  body.expect_no_cut();
  body.expect_nothing_kept();
}

TEST(CutAfterTime, TheEndOfTheRunGivesBackWhatIsPending) {
  Body body(with_latency(cut_after(seconds(30)), seconds(10)));
  body.server_says(response_of(500));
  EXPECT_GT(body.bench.source().in_use(), 1U);
  body.bench.worker().abandon_held(body.bench.now());
  EXPECT_EQ(body.bench.source().in_use(), 0U);
}

TEST(CutAfterTime, WithoutABufferThereIsNoCutAndThatIsCounted) {
  Body body(cut_after(milliseconds(30)));
  body.bench.source().run_dry();
  body.server_says(response_of(500));
  body.bench.run_for(seconds(1));
  body.expect_no_cut();
  EXPECT_EQ(body.bench.unshaped(UnshapedReason::kNoBuffer), 1U);
}

}  // namespace
}  // namespace weir::test
