// A discipline of another kind begins while packets wait for the limiter: they move over, and the link never notices.
#include <array>
#include <map>
#include <tuple>

#include "sim/queue_bench.h"
#include "sim/scene_stage.h"

namespace weir::test {
namespace {

// Tickets, in order, in turn; and each with a queue of 5 s.
constexpr std::array kKinds = {Kind::kTailDrop, Kind::kHeadDrop, Kind::kFq};

Rules waits_long(Kind kind) {
  Rules rules = limited_by(kind);
  rules.speed->queue = seconds(5);
  return rules;
}

// When each piece left.
std::vector<Instant> instants(const SimBench& bench) {
  std::vector<Instant> at;
  for (const Departure& departure : bench.left(Side::kA)) {
    if (facts_of(departure.frame).payload_length == kPiece) at.push_back(departure.at);
  }
  return at;
}

std::vector<Instant> each_millisecond(Instant from, int count) {
  std::vector<Instant> at;
  for (int i = 1; i <= count; ++i) at.push_back(from + milliseconds(i));
  return at;
}

class QueueMove : public testing::TestWithParam<std::tuple<Kind, Kind>> {
 protected:
  QueueMove() : stage(waits_long(std::get<0>(GetParam()))) {}
  [[nodiscard]] Rules after() const { return waits_long(std::get<1>(GetParam())); }

  Stage stage;
};

// A thousand bytes of credit at the most leave at once: the rest a piece a millisecond, in the middle of a piece or
// not.
TEST_P(QueueMove, TheLinkCarriesOnToTheNanosecond) {
  Download first(stage.bench, 40'000);
  Download second(stage.bench, 40'001);
  const Instant began_at = stage.bench.now();
  first.sends(3);  // the credit of an idle link
  stage.bench.turn();
  ASSERT_EQ(instants(stage.bench).size(), 3U);
  stage.bench.forget_departures();
  for (int i = 0; i < 50; ++i) {
    first.sends(1);
    second.sends(1);
  }
  stage.then(began_at - Instant() + microseconds(30'400), after());
  stage.bench.run_for(seconds(1));
  const Instant from = instants(stage.bench).at(0) - milliseconds(1);
  EXPECT_EQ(instants(stage.bench), each_millisecond(from, 100));
  EXPECT_EQ(first.left(), from_to(3, 52));
  EXPECT_EQ(second.left(), from_to(0, 49));
  EXPECT_LT(stage.bench.counters().lateness_ns.largest(), 1'000U);
}

// Between services that differ: a smaller bound alone takes nothing away from what waits.
class QueueMoveToLess : public QueueMove {};

TEST_P(QueueMoveToLess, WhatComesLaterIsBehindWhatWaitsAndAsBounded) {
  Download download(stage.bench, 40'000);
  download.sends(100);
  stage.bench.run_for(milliseconds(10));
  const auto gone = static_cast<int>(download.left().size());
  Rules short_queue = after();
  short_queue.speed->queue = {};
  short_queue.speed->bound = {QueueBound::Unit::kBytes, 20 * kPiece};
  stage.now(short_queue);
  stage.bench.turn();
  EXPECT_NEAR(static_cast<double>(stage.bench.worker().held()), 20, 1) << "by the new bound, at once";
  const std::uint64_t dropped = stage.bench.drops(DropReason::kRateQueue);
  EXPECT_EQ(dropped + stage.bench.worker().held(), static_cast<std::uint64_t>(100 - gone));
  stage.bench.run_for(milliseconds(5));
  download.sends(3);
  stage.bench.run_for(seconds(1));
  std::vector<int> expected = from_to(0, 99 - static_cast<int>(dropped));
  for (const int late : {100, 101, 102}) expected.push_back(late);
  EXPECT_EQ(download.left(), expected) << "the newest were dropped, and there is room again";
}

// More waits than moves in a turn, on two connections, and more comes in the middle of it.
TEST_P(QueueMove, GoesOnOverSeveralTurnsAndLosesNothing) {
  Download download(stage.bench, 40'000);
  Download other(stage.bench, 40'001);
  for (int i = 0; i < 900; ++i) {
    download.sends(1);
    other.sends(1);
  }
  stage.bench.run_for(milliseconds(100));
  stage.now(after());
  stage.bench.turn();  // 512 have moved
  download.sends(100);
  for (int turn = 0; turn < 8; ++turn) stage.bench.turn();
  other.sends(100);
  stage.bench.run_for(seconds(10));
  EXPECT_EQ(download.left(), from_to(0, 999));
  EXPECT_EQ(other.left(), from_to(0, 999));
  EXPECT_EQ(stage.bench.worker().held(), 0U);
}

std::string name_of(const testing::TestParamInfo<std::tuple<Kind, Kind>>& change) {
  static const std::map<Kind, std::string> kNames{
      {Kind::kTailDrop, "Tickets"}, {Kind::kHeadDrop, "Order"}, {Kind::kFq, "Turns"}};
  return kNames.at(std::get<0>(change.param)) + "To" + kNames.at(std::get<1>(change.param));
}

INSTANTIATE_TEST_SUITE_P(AnyToAny, QueueMove, testing::Combine(testing::ValuesIn(kKinds), testing::ValuesIn(kKinds)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(ToAnother, QueueMoveToLess,
                         testing::Values(std::tuple{kKinds[0], kKinds[1]}, std::tuple{kKinds[0], kKinds[2]},
                                         std::tuple{kKinds[1], kKinds[0]}, std::tuple{kKinds[1], kKinds[2]},
                                         std::tuple{kKinds[2], kKinds[0]}, std::tuple{kKinds[2], kKinds[1]}),
                         name_of);

// By the length of what waits: two changes before the first one is done, with stalls and cuts in between.
TEST(QueueMoveStorm, ChangesWhileItMovesWithStallsAndCuts) {
  const auto stormy = [](Kind kind, bool is_each) {
    Rules rules = waits_long(kind);
    if (is_each) rules.speed->direction = SpeedRule::Direction::kEach;
    rules.reset = ResetRule{0.2, Probability(0.2)};
    return rules;
  };
  Stage stage(stormy(Kind::kTailDrop, false), 2);
  stage.bench.expect_changes();
  std::vector<Talk> talks;
  for (std::uint16_t i = 0; i < 30; ++i) talks.emplace_back(stage.bench, static_cast<std::uint16_t>(41'000 + i));
  for (Talk& talk : talks) talk.open();
  for (std::size_t round = 0; round < 60; ++round) {
    for (Talk& talk : talks) {
      talk.client_sends(kGet);
      for (int piece = 0; piece < 3; ++piece) talk.server_sends(kOk);
    }
    stage.bench.turn();
    Rules rules = stormy(kKinds.at(round * 7 / 5 % 3), round % 4 == 1);
    if (round % 3 == 0) {
      rules.jitter = JitterRule{1, Probability(0.5), {milliseconds(1), milliseconds(2)}};
    }
    stage.now(rules);
    stage.bench.turn();
    if (round % 5 == 0) stage.bench.run_for(microseconds(700));
  }
  stage.bench.run_for(seconds(30));
  EXPECT_GT(stage.bench.counters(0).reset_applied.value(), 0U);
  EXPECT_EQ(stage.bench.worker(0).held() + stage.bench.worker(1).held(), 0U);
}

// Several workers change over at the same instant: together they carry the rate before, over and behind it.
TEST(QueueMoveStorm, AllWorkersTogetherKeepTheRateOverChanges) {
  for (const std::size_t workers : {1U, 2U, 8U}) {
    Stage stage(waits_long(Kind::kTailDrop), workers);
    std::vector<Download> downloads;
    for (std::uint16_t i = 0; i < 16; ++i) {
      downloads.emplace_back(stage.bench, static_cast<std::uint16_t>(42'000 + i));
    }
    for (Download& download : downloads) download.sends(100);
    stage.bench.run_for(milliseconds(10));
    stage.bench.forget_departures();
    const Instant from = stage.bench.now();
    for (int change = 1; change <= 9; ++change) {
      stage.then(from - Instant() + milliseconds(100 * change),
                 waits_long(kKinds.at(static_cast<std::size_t>(change) % 3)));
    }
    stage.bench.run_for(seconds(1));
    const std::uint64_t carried = bytes_left(stage.bench);
    EXPECT_LE(carried, kRate + kPiece) << workers;
    EXPECT_GE(carried, kRate - 9 * workers * kPiece) << workers;
    // In any window: never more than its time is worth, and one piece of each worker, which what is left of a grant may
    // come late by (decision 0008).
    const std::vector<Instant> at = instants(stage.bench);
    for (std::size_t begin = 0; begin < at.size(); begin += 7) {
      for (std::size_t end = begin; end < at.size(); ++end) {
        const auto most = static_cast<std::uint64_t>((at[end] - at[begin]).nanoseconds()) / 1'000 + workers * kPiece;
        ASSERT_LE((end - begin + 1) * kPiece, most) << workers << " at " << (at[begin] - from).nanoseconds();
      }
    }
  }
}

}  // namespace
}  // namespace weir::test
