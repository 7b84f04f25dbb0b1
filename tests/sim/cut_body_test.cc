// A cut in the body, behind so many bytes of the response: exactly those reach the client, whatever they wait for and
// however they are lost.
#include "sim/cut_body.h"

#include <gtest/gtest.h>

namespace weir::test {
namespace {

class SoMany : public testing::TestWithParam<std::size_t> {};

TEST_P(SoMany, ExactlySoManyReachTheClient) {
  const std::string response = response_of(5 * kPiece);
  Body body(cut_after(GetParam()));
  say_in_pieces(body, response);
  EXPECT_EQ(body.delivered(), response.substr(0, GetParam()));
  body.expect_cut_behind(GetParam());
  body.expect_nothing_kept();
}

TEST_P(SoMany, BehindLatencyTheSame) {
  const std::string response = response_of(5 * kPiece);
  Body body(with_latency(cut_after(GetParam()), milliseconds(40)));
  const Instant arrived = body.bench.now();
  say_in_pieces(body, response);
  if (GetParam() > 0) body.expect_no_cut();
  body.bench.run_for(milliseconds(100));
  EXPECT_EQ(body.delivered(), response.substr(0, GetParam()));
  body.expect_cut_behind(GetParam());
  const Instant due = GetParam() == 0 ? arrived : arrived + milliseconds(40);
  EXPECT_EQ(body.first_with(Side::kA, kRstAck)->at, due);
  body.expect_nothing_kept();
}

TEST_P(SoMany, BehindTheLimiterTheSame) {
  const std::string response = response_of(5 * kPiece);
  Body body(with_speed(cut_after(GetParam()), 1'000));
  say_in_pieces(body, response);
  body.bench.run_for(seconds(10));
  EXPECT_EQ(body.delivered(), response.substr(0, GetParam()));
  body.expect_cut_behind(GetParam());
  body.expect_nothing_kept();
}

TEST_P(SoMany, InOneSegmentWithItsFinTheSame) {
  const std::string response = response_of(5 * kPiece);
  Body body(cut_after(GetParam()));
  body.talk.says(Side::kB, kPushed | kFin, response);
  EXPECT_EQ(body.delivered(), response.substr(0, GetParam()));
  body.expect_cut_behind(GetParam());
}

INSTANTIATE_TEST_SUITE_P(AroundTheEndsOfSegments, SoMany,
                         testing::Values(0, 1, 17, 99, 100, 101, 250, 299, 300, 301, 499, 500));

TEST(CutAfterBytes, AResponseThatIsShorterIsNotCut) {
  Body body(cut_after(501));
  say_in_pieces(body, response_of(500));
  body.talk.says(Side::kA, kPushed, kGet);
  say_in_pieces(body, response_of(500));
  body.expect_no_cut();
  EXPECT_EQ(body.bench.counters().reset_draws.value(), 2U);
  body.talk.says(Side::kA, kPushed, kGet);
  say_in_pieces(body, response_of(501));
  body.expect_cut_behind(1'501);
}

TEST(CutAfterBytes, WithALongerResponseBehindItInTheSameSegment) {
  Body body(cut_after(120));
  body.talk.says(Side::kA, kPushed, kGet);
  const std::string first = response_of(80);
  const std::string second = response_of(500);
  body.server_says(first + second);
  body.expect_cut_behind(120);  // where several begin in one segment, it is counted from the first of them
  EXPECT_EQ(body.delivered(), (first + second).substr(0, 120));
}

TEST(CutAfterBytes, CountedFromTheResponseWhereItBeginsInsideASegment) {
  Body body(cut_after(120));
  body.talk.says(Side::kA, kPushed, kGet);
  const std::string first = response_of(90);
  const std::string second = response_of(500);
  body.server_says(first.substr(0, 50));
  body.server_says(first.substr(50) + second.substr(0, 60));
  body.server_says(second.substr(60));
  EXPECT_EQ(body.delivered(), first + second.substr(0, 120));
  body.expect_cut_behind(210);
}

TEST(CutAfterBytes, WhatIsLostBeforeWeirComesLaterAndCounts) {
  const std::string response = response_of(400);
  Body body(cut_after(250));
  body.server_says(response.substr(0, 100));
  FrameBuilder lost = body.talk.from(Side::kB);
  body.talk.loses(Side::kB, response.substr(100, 100));
  body.server_says(response.substr(200, 100));  // the cut lies in it
  body.server_says(response.substr(300, 100));
  body.expect_no_cut();
  EXPECT_EQ(body.delivered(), response.substr(0, 100) + std::string(100, '.') + response.substr(200, 50));
  body.bench.arrive(Side::kB, lost.flags(kAck).payload(response.substr(100, 100)).build());
  body.bench.turn();
  EXPECT_EQ(body.delivered(), response.substr(0, 250));
  body.expect_cut_behind(250);
}

TEST(CutAfterBytes, ACutInsideWhatIsLostWaitsForIt) {
  const std::string response = response_of(400);
  Body body(cut_after(150));
  body.server_says(response.substr(0, 100));
  FrameBuilder lost = body.talk.from(Side::kB);
  body.talk.loses(Side::kB, response.substr(100, 100));
  body.server_says(response.substr(200, 100));
  EXPECT_EQ(body.delivered(), response.substr(0, 100));
  body.expect_no_cut();
  body.bench.arrive(Side::kB, lost.flags(kAck).payload(response.substr(100, 100)).build());
  body.bench.turn();
  EXPECT_EQ(body.delivered(), response.substr(0, 150));
  body.expect_cut_behind(150);
}

TEST(CutAfterBytes, WhatTheQueueDropsIsAskedForAgain) {
  const std::string response = response_of(1'000);
  Body body(with_speed(cut_after(950), 1'000, 600));
  std::vector<FrameBuilder> sent;
  for (std::size_t at = 0; at < response.size(); at += kPiece) {
    sent.push_back(body.talk.from(Side::kB).flags(kAck).payload(response.substr(at, kPiece)));
    body.server_says(response.substr(at, kPiece));
  }
  body.bench.run_for(seconds(2));
  EXPECT_GT(body.bench.drops(DropReason::kRateQueue), 0U);
  const std::size_t has = body.delivered().size();
  ASSERT_LT(has, 950U);
  body.expect_no_cut();
  for (std::size_t i = has / kPiece; i < sent.size(); ++i) {
    body.bench.arrive(Side::kB, sent[i].build());
    body.bench.run_for(seconds(1));
  }
  EXPECT_EQ(body.delivered(), response.substr(0, 950));
  body.expect_cut_behind(950);
  body.expect_nothing_kept();
}

TEST(CutAfterBytes, WhatBothEndsKnowIsEnoughWhereWeirForgotTheHoles) {
  const std::string response = response_of(4'000);  // every second piece of 100 is lost: more than weir remembers
  Body body(cut_after(3'950));
  std::vector<FrameBuilder> lost;
  for (std::size_t at = 0; at < response.size(); at += kPiece) {
    if (at % 200 == 0) {
      body.server_says(response.substr(at, kPiece));
    } else {
      lost.push_back(body.talk.from(Side::kB).flags(kAck).payload(response.substr(at, kPiece)));
      body.talk.loses(Side::kB, response.substr(at, kPiece));
    }
  }
  for (const FrameBuilder& frame : lost) {
    body.bench.arrive(Side::kB, frame.build());
    body.bench.turn();
  }
  EXPECT_EQ(body.delivered(), response.substr(0, 3'950));
  const std::uint32_t has_all = body.talk.next(Side::kB) - 50;
  body.bench.arrive(Side::kA, body.talk.from(Side::kA).ack(has_all).flags(kAck).build());
  body.bench.turn();
  body.expect_cut_behind(3'950);
}

TEST(CutAfterBytes, AnOutageThatDropsDelaysIt) {
  Rules rules = cut_after(150);
  rules.jitter = JitterRule{.share = 1,
                            .probability = Probability(1),
                            .stall = DurationLaw{milliseconds(10), milliseconds(10)},
                            .mode = JitterRule::Mode::kDrop,
                            .per = JitterRule::Per::kExchange};
  const std::string response = response_of(300);
  Body body(rules);
  const FrameBuilder whole = body.talk.from(Side::kB).flags(kAck).payload(response);
  body.server_says(response);
  EXPECT_TRUE(body.delivered().empty());
  body.bench.run_for(milliseconds(20));
  body.expect_no_cut();
  body.bench.arrive(Side::kB, whole.build());
  body.bench.turn();
  EXPECT_EQ(body.delivered(), response.substr(0, 150));
  body.expect_cut_behind(150);
  body.expect_nothing_kept();
}

TEST(CutAfterBytes, ItsFinIsNewerThanWhatTheEndsHaveHeard) {
  const std::string response = response_of(300);
  Body body(with_speed(cut_after(250, ResetRule::How::kFin), 1'000));
  say_in_pieces(body, response);
  body.bench.run_for(milliseconds(150));
  body.talk.says(Side::kA, kAck);  // while the rest waits: the server now knows newer timestamps than those it echoed
  body.bench.run_for(seconds(2));
  body.expect_cut_behind(250, kFinAck);
  EXPECT_EQ(Conversation::timestamp_value_of(body.bench.left(Side::kB).back().frame), body.talk.newest_from(Side::kA));
}

}  // namespace
}  // namespace weir::test
