// Scenes: rules that become others while connections live, seen through workers. Boundaries are exact, nothing that is
// held is lost (SimBench counts after every turn), and connections stay who they are.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "profile/phase_rules.h"
#include "sim/scene_stage.h"

namespace weir::test {
namespace {

TEST(Scenes, ABoundaryIsExactToTheNanosecond) {
  Stage stage(late_by(milliseconds(10)));
  stage.then(seconds(5), late_by(milliseconds(70)));
  Talk before(stage.bench, 40'000);
  before.open();
  before.client_says(kGet);
  stage.bench.run_until(Instant(0) + seconds(5) - nanoseconds(1));
  stage.bench.forget_departures();
  before.server_says(kOk);
  Talk behind(stage.bench, 40'001);
  stage.bench.run_until(Instant(0) + seconds(5));
  behind.open();
  behind.client_says(kGet);
  behind.server_says(kOk);
  stage.bench.run_for(seconds(1));
  std::vector<Instant> left;
  for (const Departure& departure : stage.bench.left(Side::kA)) {
    TcpSegment segment;
    ASSERT_EQ(parse_frame(departure.frame, segment), FrameKind::kTcp);
    if (segment.payload_length > 0) left.push_back(departure.at);
  }
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0], Instant(0) + seconds(5) - nanoseconds(1) + milliseconds(10));
  EXPECT_EQ(left[1], Instant(0) + seconds(5) + milliseconds(70));
}

TEST(Scenes, ATurnThatComesLateEntersEachOfThem) {
  Stage stage(late_by(milliseconds(10)));
  for (std::uint32_t i = 1; i <= 5; ++i) stage.then(seconds(i), late_by(milliseconds(10 + i)), i);
  stage.bench.run_until(Instant(0) + seconds(10));
  std::vector<std::pair<std::uint32_t, Instant>> phases;
  for (const DecisionRecord& record : stage.bench.decisions()) {
    if (record.event == Event::kPhase) phases.emplace_back(record.n, record.at);
  }
  std::vector<std::pair<std::uint32_t, Instant>> expected;
  for (std::uint32_t i = 1; i <= 5; ++i) expected.emplace_back(i, Instant(0) + seconds(i));
  EXPECT_EQ(phases, expected);
}

TEST(Scenes, OneWorkerTellsTheLogOfAPhase) {
  Stage stage(late_by(milliseconds(10)), 8);
  stage.then(seconds(1), late_by(milliseconds(20)), 1);
  stage.bench.run_until(Instant(0) + seconds(2));
  EXPECT_EQ(std::ranges::count(stage.bench.decisions(), Event::kPhase, &DecisionRecord::event), 1);
}

TEST(Scenes, OneWorkerTellsTheLogOfWhatIsAskedForAtTheExactInstant) {
  Stage stage(late_by(milliseconds(10)), 8);
  stage.then(milliseconds(1'500), late_by(milliseconds(20)), 0, 7);
  stage.then(milliseconds(1'600), late_by(milliseconds(30)));
  stage.bench.run_until(Instant(0) + seconds(2));
  std::vector<std::pair<std::uint32_t, Instant>> told;
  for (const DecisionRecord& record : stage.bench.decisions()) {
    if (record.event == Event::kAsked) told.emplace_back(record.n, record.at);
  }
  EXPECT_EQ(told, (std::vector<std::pair<std::uint32_t, Instant>>{{7, Instant(0) + milliseconds(1'500)}}));
}

TEST(Scenes, ARuleOfAPhaseTakesConnectionsWhileItIsThere) {
  Rules base = late_by(milliseconds(10));
  base.rules.push_back(named("api", "api.example.org", milliseconds(30)));
  Rules storm = base;
  add_absent({"all"}, base.rules);
  storm.rules.insert(storm.rules.begin(), {"all", {}, {}});
  storm.rules[0].impair.latency = LatencyRule{{milliseconds(70), milliseconds(70)}};
  Stage stage(base);
  stage.then(seconds(10), storm, 1);
  stage.then(seconds(20), base);
  Talk talk(stage.bench, 40'000);
  talk.open();
  const auto rule_of_last = [&stage] {
    std::uint8_t rule = kNoRule;
    for (const DecisionRecord& record : stage.bench.decisions()) {
      if (record.event == Event::kLatency) rule = record.rule;
    }
    return rule;
  };
  EXPECT_EQ(held_for(stage.bench, talk), milliseconds(10));
  stage.bench.run_until(Instant(0) + seconds(10));
  EXPECT_EQ(held_for(stage.bench, talk), milliseconds(70));
  EXPECT_EQ(rule_of_last(), 1);
  stage.bench.run_until(Instant(0) + seconds(20));
  EXPECT_EQ(held_for(stage.bench, talk), milliseconds(10));
  EXPECT_EQ(rule_of_last(), kDefaultRule);
  Talk other(stage.bench, 40'001);
  other.open();
  EXPECT_EQ(held_for(stage.bench, other, "GET /x HTTP/1.1\r\nHost: api.example.org\r\n\r\n"), milliseconds(30));
  EXPECT_EQ(rule_of_last(), 2) << "the profile's rule has the number that it had";
}

TEST(Scenes, WhatIsHeldStaysHeldUntilItWasDue) {
  Stage stage(late_by(milliseconds(100)));
  Talk talk(stage.bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  stage.bench.forget_departures();
  const Instant arrived_at = stage.bench.now();
  talk.server_says(kOk);
  stage.bench.run_for(milliseconds(20));
  stage.now(Rules());
  talk.server_sends("more");
  stage.bench.run_for(seconds(1));
  ASSERT_EQ(stage.bench.left(Side::kA).size(), 2U);
  EXPECT_EQ(stage.bench.left(Side::kA)[0].at, arrived_at + milliseconds(100));
  EXPECT_EQ(stage.bench.left(Side::kA)[1].at, arrived_at + milliseconds(100)) << "it stays behind what it follows";
}

TEST(Scenes, AConnectionKeepsItsNumberItsEventsAndItsDraws) {
  Rules before;
  before.seed = 7;
  before.latency = LatencyRule{{milliseconds(10), milliseconds(100)}};
  Stage unchanged(before);
  Stage changed(before);
  std::vector<Duration> expected;
  std::vector<Duration> held;
  for (Stage* stage : {&unchanged, &changed}) {
    Talk first(stage->bench, 40'000);
    first.open();
    Talk second(stage->bench, 40'001);
    second.open();
    for (int exchange = 0; exchange < 6; ++exchange) {
      if (stage == &changed) {  // another rule beside it, and away again
        Rules rules = before;
        if (exchange % 2 == 1) rules.rules.push_back(named("api", "api.example.org", milliseconds(1)));
        stage->now(rules);
      }
      (stage == &changed ? held : expected).push_back(held_for(stage->bench, second));
    }
  }
  EXPECT_EQ(held, expected);
  std::vector<std::uint32_t> n;
  for (const DecisionRecord& record : changed.bench.decisions()) {
    if (record.event != Event::kLatency) continue;
    EXPECT_EQ(record.k, 1U);
    n.push_back(record.n);
  }
  EXPECT_EQ(n, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(std::ranges::count(changed.bench.decisions(), Event::kOpen, &DecisionRecord::event), 1) << "of the second";
}

TEST(Scenes, WorkersComeToTheSameWhateverTheirNumber) {
  std::vector<std::vector<std::tuple<std::int64_t, std::uint32_t, std::uint32_t, double>>> logs;
  for (const std::size_t workers : {std::size_t{1}, std::size_t{2}, std::size_t{8}}) {
    Rules first = late_by(milliseconds(10));
    first.seed = 9;
    Stage stage(first, workers);
    for (std::int64_t i = 1; i <= 20; ++i) {
      Rules rules = first;
      rules.latency = LatencyRule{{milliseconds(10), milliseconds(10 + i)}};
      rules.speed = SpeedRule{ByteRate{100'000}, ByteRate{200'000 + static_cast<std::uint64_t>(i) * 1'000}};
      stage.then(milliseconds(50 * i), rules, static_cast<std::uint32_t>(i));
    }
    std::vector<Talk> talks;
    for (std::uint16_t i = 0; i < 16; ++i) talks.emplace_back(stage.bench, static_cast<std::uint16_t>(40'000 + i));
    for (Talk& talk : talks) talk.open();
    for (int round = 0; round < 8; ++round) {
      for (Talk& talk : talks) {
        talk.client_says(kGet);
        talk.server_says(kOk);
      }
      stage.bench.run_for(milliseconds(137));
    }
    stage.bench.run_for(seconds(2));
    auto& log = logs.emplace_back();
    for (const DecisionRecord& record : stage.bench.decisions()) {
      // When a redraw is noted hangs on when there is a turn.
      const bool counts = record.event == Event::kLatency || record.event == Event::kPhase;
      if (counts) log.emplace_back(record.at.nanoseconds(), record.k, record.n, record.drawn);
    }
    std::ranges::sort(log);
    EXPECT_GT(log.size(), 140U);
  }
  EXPECT_EQ(logs[0], logs[1]);
  EXPECT_EQ(logs[0], logs[2]);
}

std::uint64_t payload_down(const SimBench& bench) {
  std::uint64_t bytes = 0;
  for (const Departure& departure : bench.left(Side::kA)) {
    TcpSegment segment;
    if (parse_frame(departure.frame, segment) == FrameKind::kTcp) bytes += segment.payload_length;
  }
  return bytes;
}

// A response of which more is always there, a piece a millisecond.
struct Download {
  explicit Download(SimBench& on) : bench(on), talk(on, 40'000) {
    talk.open();
    talk.client_says(kGet);
    talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
  }
  /// Bytes that leave within a span.
  std::uint64_t carry(Duration span) {
    bench.forget_departures();
    const Instant until = bench.now() + span;
    while (bench.now() < until) {
      talk.server_sends(std::string(1'000, 'x'));
      bench.run_until(std::min(until, bench.now() + milliseconds(1)));
    }
    return payload_down(bench);
  }
  SimBench& bench;
  Talk talk;
};

TEST(Scenes, TheRateOfEachSceneIsCarriedToItsEnd) {
  Stage stage(limited_to(100'000));
  stage.then(seconds(2), limited_to(400'000));
  stage.then(seconds(4), limited_to(50'000));
  Download download(stage.bench);
  static_cast<void>(download.carry(seconds(1)));
  // 1 000 bytes a frame: what has left lies within one frame of what the rate allows.
  EXPECT_NEAR(static_cast<double>(download.carry(seconds(1))), 100'000, 1'000);
  EXPECT_NEAR(static_cast<double>(download.carry(seconds(2))), 800'000, 1'000);
  EXPECT_NEAR(static_cast<double>(download.carry(seconds(2))), 100'000, 1'000);
}

TEST(Scenes, ARateOfNothingIsAnOutageThatEndsOnTime) {
  Stage stage(limited_to(100'000));
  stage.then(seconds(1), limited_to(0));
  stage.then(seconds(3), limited_to(100'000));
  Download download(stage.bench);
  static_cast<void>(download.carry(Instant(0) + seconds(1) - stage.bench.now()));
  EXPECT_EQ(download.carry(milliseconds(1'999)), 0U);
  EXPECT_NEAR(static_cast<double>(download.carry(milliseconds(1'001))), 100'000, 2'000);
}

TEST(Scenes, WhatWaitsForALimitLeavesWhenTheLimitGoes) {
  Stage stage(limited_to(10'000));
  Download download(stage.bench);
  static_cast<void>(download.carry(milliseconds(40)));
  const std::uint64_t waiting = stage.bench.worker().held();
  ASSERT_GT(waiting, 30U);
  stage.now(Rules());
  stage.bench.forget_departures();
  download.talk.server_sends("the last one");
  stage.bench.run_for(microseconds(100));
  EXPECT_EQ(stage.bench.left(Side::kA).size(), waiting + 1) << "and what came later is behind it (SimBench looks)";
  stage.now(limited_to(10'000));
  EXPECT_NEAR(static_cast<double>(download.carry(seconds(1))), 10'000 + 3'028, 1'000);
}

TEST(Scenes, FromOneBudgetToOneEachWayAndBack) {
  Rules both = limited_to(20'000);
  Rules each = both;
  each.speed->direction = SpeedRule::Direction::kEach;
  Stage stage(both);
  Download download(stage.bench);
  for (int round = 0; round < 6; ++round) {
    stage.now(round % 2 == 0 ? each : both);
    static_cast<void>(download.carry(milliseconds(333)));
  }
  stage.bench.run_for(seconds(60));
  EXPECT_EQ(stage.bench.worker().held(), 0U);
}

TEST(Scenes, FromAnyDisciplineToAnyOtherWhileFramesWait) {
  using Kind = QueueDiscipline::Kind;
  constexpr std::array kKinds = {Kind::kFq, Kind::kTailDrop, Kind::kFqCodel, Kind::kHeadDrop,
                                 Kind::kFq, Kind::kPie,      Kind::kFq,      Kind::kCodel};
  const auto rules_of = [](Kind kind, bool is_each) {
    Rules rules = limited_to(20'000);
    rules.speed->discipline.kind = kind;
    rules.speed->queue = seconds(5);
    if (is_each) rules.speed->direction = SpeedRule::Direction::kEach;
    return rules;
  };
  Stage stage(rules_of(Kind::kFqCodel, false));
  Download download(stage.bench);
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    stage.now(rules_of(kKinds[i], i % 3 == 0));
    static_cast<void>(download.carry(milliseconds(333)));
  }
  stage.bench.run_for(seconds(60));
  EXPECT_EQ(stage.bench.worker().held(), 0U);
}

TEST(Scenes, ACutThatWasDrawnIsDoneAsItWasDrawn) {
  Rules cuts;
  cuts.reset = ResetRule{1, Probability(1)};
  cuts.reset->at = ResetRule::At::kBody;
  cuts.reset->how = ResetRule::How::kRstClient;
  cuts.reset->after_bytes_min = cuts.reset->after_bytes_max = 100;
  Stage stage(cuts);
  stage.bench.expect_changes();
  Talk talk(stage.bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n");
  stage.now(Rules());
  stage.bench.forget_departures();
  talk.server_says(std::string(1'000, 'x'));
  const auto& up = stage.bench.left(Side::kB);
  const auto& down = stage.bench.left(Side::kA);
  EXPECT_TRUE(up.empty()) << "rst-client: the server is told nothing";
  ASSERT_EQ(down.size(), 2U);
  TcpSegment segment;
  ASSERT_EQ(parse_frame(down[1].frame, segment), FrameKind::kTcp);
  EXPECT_TRUE(segment.has(tcp_flag::kRst));
}

TEST(Scenes, OnlyThoseThatEveryoneHasLeftAreFreed) {
  Stage stage(late_by(milliseconds(1)), 2);
  for (std::int64_t i = 1; i <= 10; ++i) stage.then(seconds(i), late_by(milliseconds(i)));
  stage.bench.run_until(Instant(0) + seconds(5));
  for (const std::size_t worker : {std::size_t{0}, std::size_t{1}}) {
    EXPECT_EQ(stage.bench.worker(worker).scene_reached(), 5U);
  }
  stage.line.retire(5);
  EXPECT_EQ(stage.line.size(), 6U);
  stage.now(late_by(milliseconds(99)));  // in place of five that had not begun
  stage.bench.turn();
  EXPECT_EQ(stage.bench.worker().scene_reached(), 11U);
  stage.line.retire(11);
  EXPECT_EQ(stage.line.size(), 1U);
}

}  // namespace
}  // namespace weir::test
