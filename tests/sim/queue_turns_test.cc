// The queue before the limiter where connections take turns; and what holds for every discipline: the rate over all
// workers, in any window, late or not, through stalls and resets.
#include <gtest/gtest.h>

#include "sim/queue_bench.h"

namespace weir::test {
namespace {

TEST(QueueTurns, FqServesConnectionsInTurnWhateverTheyOffer) {
  Rules rules = limited_by(Kind::kFq);
  rules.speed->discipline.quantum = 1'000;
  SimBench bench(rules);
  Download small(bench, 40'000);
  Download large(bench, 40'001);
  bench.forget_departures();
  for (int i = 0; i < 100; ++i) {
    small.sends(6);
    large.sends(60);
    bench.run_for(milliseconds(10));
  }
  const auto of_small = static_cast<int>(small.left().size());
  const auto of_large = static_cast<int>(large.left().size());
  EXPECT_NEAR(of_small, of_large, 3);
  EXPECT_EQ(of_small + of_large, 1'003) << "and the link is full: 1 000 in a second, and three of credit";
  EXPECT_GT(bench.drops(DropReason::kRateQueue), 0U);
}

TEST(QueueTurns, FqDropsFromTheConnectionThatHasMostWaiting) {
  Rules rules = packets_wait(Kind::kFq, 20);
  SimBench bench(rules);
  Download small(bench, 40'000);
  Download large(bench, 40'001);
  bench.forget_departures();
  large.sends(40);
  small.sends(5);
  bench.run_for(seconds(1));
  EXPECT_EQ(small.left(), from_to(0, 4));
  EXPECT_EQ(large.left(), from_to(25, 39));
}

TEST(QueueTurns, FqCodelLetsWhoHasJustBegunGoFirst) {
  Rules rules = limited_by(Kind::kFqCodel);
  SimBench bench(rules);
  Download small(bench, 40'000);
  Download large(bench, 40'001);
  large.sends(50);
  bench.run_for(milliseconds(10));
  bench.forget_departures();
  small.sends(1);
  bench.run_for(milliseconds(2));
  EXPECT_EQ(small.left(), from_to(0, 0)) << "though 37 pieces of another connection wait";
}

TEST(QueueTurns, FqCodelStrikesOnlyTheConnectionWhoseQueueStands) {
  Rules rules = limited_by(Kind::kFqCodel);
  rules.speed->bound = {QueueBound::Unit::kBytes, 10'000'000};
  SimBench bench(rules);
  Download steady(bench, 40'000);
  Download greedy(bench, 40'001);
  bench.forget_departures();
  greedy.sends(500);
  for (int i = 0; i < 100; ++i) {
    steady.sends(1);
    bench.run_for(milliseconds(4));
  }
  EXPECT_GT(bench.drops(DropReason::kCodel), 2U);
  EXPECT_EQ(steady.left(), from_to(0, 99)) << "a quarter of the rate, on time";
}

// The most bytes that left in any window of a length.
std::uint64_t most_in_any(const SimBench& bench, Duration window) {
  const std::vector<Departure>& left = bench.left(Side::kA);
  std::uint64_t most = 0;
  std::uint64_t bytes = 0;
  for (std::size_t first = 0, last = 0; last < left.size(); ++last) {
    bytes += facts_of(left[last].frame).payload_length;
    for (; left[last].at - left[first].at > window; ++first) bytes -= facts_of(left[first].frame).payload_length;
    most = std::max(most, bytes);
  }
  return most;
}

TEST(QueueTurns, NeverAboveTheRateInAnyWindowWhenConnectionsComeAndGo) {
  constexpr std::uint64_t kBurst = 3'000;
  for (const Kind kind : {Kind::kHeadDrop, Kind::kCodel, Kind::kPie, Kind::kFq, Kind::kFqCodel}) {
    SimBench bench(limited_by(kind), 4);
    std::vector<std::unique_ptr<Download>> downloads;
    for (std::uint16_t i = 0; i < 8; ++i)
      downloads.push_back(std::make_unique<Download>(bench, static_cast<std::uint16_t>(40'000 + i)));
    bench.forget_departures();
    for (int i = 0; i < 400; ++i) {
      for (std::size_t n = 0; n < downloads.size(); ++n) {
        if ((i / 7 + static_cast<int>(n) * 3) % 5 < 2) downloads[n]->sends(1);
      }
      bench.run_for(microseconds(1'300));
    }
    bench.run_for(seconds(1));
    for (const int length : {1, 10, 100}) {
      EXPECT_LE(most_in_any(bench, milliseconds(length)), kBurst + kPiece + static_cast<std::uint64_t>(length) * 1'000)
          << static_cast<int>(kind) << " in " << length << " ms";
    }
  }
}

std::uint64_t carried_by(Kind kind, std::size_t workers) {
  SimBench bench(limited_by(kind), workers);
  std::vector<std::unique_ptr<Download>> downloads;
  for (std::uint16_t i = 0; i < 16; ++i)
    downloads.push_back(std::make_unique<Download>(bench, static_cast<std::uint16_t>(40'000 + i)));
  const auto offer = [&](int milliseconds_long) {
    for (int i = 0; i < milliseconds_long; ++i) {
      for (auto& download : downloads) download->sends(1);
      bench.run_for(milliseconds(1));
    }
  };
  offer(500);
  bench.forget_departures();
  offer(1'000);
  return bytes_left(bench);
}

TEST(QueueTurns, AllWorkersTogetherAreExactToTheFrameOverOneSecond) {
  for (const Kind kind : {Kind::kHeadDrop, Kind::kCodel, Kind::kPie, Kind::kFq, Kind::kFqCodel}) {
    for (const std::size_t workers : {1U, 2U, 8U}) {
      const std::uint64_t carried = carried_by(kind, workers);
      EXPECT_LE(carried, kRate + kPiece) << static_cast<int>(kind) << " with " << workers;
      EXPECT_GE(carried, kRate - 8 * kPiece) << static_cast<int>(kind) << " with " << workers;
    }
  }
}

TEST(QueueTurns, ALinkThatIsLateIsNotIdle) {
  // Turns 5 ms apart, of which a thousand bytes of credit would be 1: what was missed is carried in the next one.
  SimBench bench(limited_by(Kind::kFq));
  Download download(bench, 40'000);
  download.sends(190);
  bench.poll_until(bench.now() + milliseconds(150), milliseconds(5));
  EXPECT_GE(download.left().size(), 150U);
}

TEST(QueueTurns, AStallTakesPacketsOutAndTheyComeAgain) {
  for (const Kind kind : {Kind::kHeadDrop, Kind::kFq}) {
    Rules rules = limited_by(kind);
    rules.jitter = JitterRule{1, Probability(1), {milliseconds(50), milliseconds(50)}};
    SimBench bench(rules);
    Download download(bench, 40'000);
    download.sends(30);
    bench.run_for(seconds(3));
    EXPECT_EQ(download.left(), from_to(0, 29));
    EXPECT_EQ(bench.worker().held(), 0U);
  }
}

TEST(QueueTurns, AResetDiscardsWhatWaitsAndOthersGoOn) {
  Rules rules = limited_by(Kind::kFq);
  rules.reset = ResetRule{0.5, Probability(0.5)};
  SimBench bench(rules, 2);
  for (std::uint16_t i = 0; i < 20; ++i) {
    Talk talk(bench, static_cast<std::uint16_t>(41'000 + i));
    talk.open();
    talk.client_says(kGet);
    for (int n = 0; n < 4; ++n) talk.server_sends(kOk);
    for (int n = 0; n < 4; ++n) talk.client_sends(kGet);
    bench.turn();
  }
  bench.run_for(seconds(5));
  EXPECT_GT(bench.counters().reset_applied.value(), 0U);
  EXPECT_EQ(bench.worker(0).held() + bench.worker(1).held(), 0U);
}

TEST(QueueTurns, WhatCostsNothingIsNotLateBehindWhatWaits) {
  for (const Kind kind : {Kind::kHeadDrop, Kind::kFq, Kind::kFqCodel}) {
    SimBench bench(limited_by(kind));
    Talk talk(bench, 40'000);
    talk.open();
    talk.client_says(kGet);
    talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n");
    for (int i = 0; i < 50; ++i) talk.server_sends(std::string(kPiece, 'x'));
    bench.arrive(Side::kB, talk.from_server().flags(tcp_flag::kFin | tcp_flag::kAck).build());
    bench.run_for(seconds(1));
    EXPECT_EQ(facts_of(bench.left(Side::kA).back().frame).payload_length, 0) << "the FIN is the last";
    EXPECT_LT(bench.counters().lateness_ns.largest(), 1'000U);
  }
}

TEST(QueueTurns, AStallLosesNoneOfTheLimitersBytes) {
  Rules rules = limited_by(Kind::kTailDrop);
  rules.speed->queue = seconds(5);
  rules.jitter = JitterRule{.share = 1, .probability = Probability(1), .stall = {milliseconds(50), milliseconds(50)}};
  SimBench bench(rules);
  Download download(bench, 40'000);
  bench.run_for(milliseconds(930));
  const Instant began_at = bench.now();
  download.sends(100);  // 50 ms of stall, then one a millisecond
  bench.run_for(milliseconds(75));
  download.sends(1);  // another second of its life, another stall, with 75 of them waiting
  bench.run_for(seconds(2));
  EXPECT_EQ(download.left(), from_to(0, 100));
  EXPECT_LE(bench.left(Side::kA).back().at, began_at + milliseconds(75 + 50 + 76));
}

}  // namespace
}  // namespace weir::test
