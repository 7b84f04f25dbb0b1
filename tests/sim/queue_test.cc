// The queue before the limiter, in the order in which packets came: what each discipline drops and marks, and when.
#include <gtest/gtest.h>

#include "sim/queue_bench.h"

namespace weir::test {
namespace {

TEST(Queue, BoundedByPacketsDropsAtTheTail) {
  SimBench bench(packets_wait(Kind::kTailDrop, 10));
  Download download(bench, 40'000);
  download.sends(15);
  bench.run_for(seconds(1));
  EXPECT_EQ(download.left(), from_to(0, 9));
  EXPECT_EQ(bench.drops(DropReason::kRateQueue), 5U);
}

TEST(Queue, BoundedByBytesDropsAtTheTail) {
  Rules rules = limited_by(Kind::kTailDrop);
  rules.speed->bound = {QueueBound::Unit::kBytes, 5'000};
  SimBench bench(rules);
  Download download(bench, 40'000);
  for (int i = 0; i < 15; ++i) {
    download.sends(1);
    bench.turn();
  }
  bench.run_for(seconds(1));
  // 3 000 bytes of credit, and 5 000 that wait for the capacity.
  EXPECT_EQ(download.left(), from_to(0, 7));
  EXPECT_EQ(bench.drops(DropReason::kRateQueue), 7U);
}

TEST(Queue, HeadDropKeepsTheNewest) {
  SimBench bench(packets_wait(Kind::kHeadDrop, 10));
  Download download(bench, 40'000);
  download.sends(15);
  bench.run_for(seconds(1));
  EXPECT_EQ(download.left(), from_to(5, 14));
  EXPECT_EQ(bench.drops(DropReason::kHeadDrop), 5U);
  EXPECT_EQ(bench.drops(DropReason::kRateQueue), 0U);
}

TEST(Queue, AFrameLeavesAtTheVeryInstantAtWhichTheLinkHasCarriedIt) {
  for (const Kind kind : {Kind::kHeadDrop, Kind::kFq, Kind::kPie}) {
    SimBench bench(limited_by(kind));
    Download download(bench, 40'000);
    bench.forget_departures();
    const Instant start = bench.now();
    download.sends(10);
    bench.run_for(seconds(1));
    ASSERT_EQ(bench.left(Side::kA).size(), 10U);
    for (int i = 0; i < 10; ++i) {
      // 3 000 bytes of credit after an idle second; from there one byte a microsecond.
      const Instant expected = start + microseconds(std::max(0, (i + 1) * 1'000 - 3'000));
      EXPECT_EQ(bench.left(Side::kA)[static_cast<std::size_t>(i)].at, expected) << i;
    }
    EXPECT_EQ(bench.counters().lateness_ns.largest(), 0U);
  }
}

TEST(Queue, BytesOfWhatIsDroppedInsideAreCarriedByWhatComesNext) {
  // Ten pieces may wait; a hundred come in over time, and those that go are back to back.
  SimBench bench(packets_wait(Kind::kHeadDrop, 10));
  Download download(bench, 40'000);
  const Instant start = bench.now();
  bench.forget_departures();
  for (int i = 0; i < 200; ++i) {
    download.sends(1);
    bench.run_for(microseconds(500));
  }
  bench.run_for(seconds(1));
  const std::vector<Departure>& left = bench.left(Side::kA);
  EXPECT_GT(bench.drops(DropReason::kHeadDrop), 50U);
  // The credit of 3 000 bytes is used up after the fifth; from there a piece leaves each millisecond.
  for (std::size_t i = 8; i < left.size(); ++i) EXPECT_EQ(left[i].at - left[i - 1].at, milliseconds(1)) << i;
  EXPECT_EQ(left.size() + bench.drops(DropReason::kHeadDrop), 200U);
  EXPECT_EQ(left.back().at, start + microseconds(static_cast<std::int64_t>(left.size()) * 1'000 - 3'000));
}

// Pieces that CoDel drops out of a queue that stands for 150 ms.
TEST(Queue, CodelDropsAfterAnIntervalAboveTargetAndThenByItsControlLaw) {
  Rules rules = limited_by(Kind::kCodel);
  rules.speed->bound = {QueueBound::Unit::kBytes, 10'000'000};
  SimBench bench(rules);
  Download download(bench, 40'000);
  const Instant start = bench.now();
  bench.forget_departures();
  download.sends(600);
  bench.run_for(milliseconds(400));
  std::vector<std::int64_t> drops;
  for (const DecisionRecord& record : bench.decisions()) {
    if (record.event == Event::kDrop) drops.push_back((record.at - start).nanoseconds() / 1'000);
  }
  // Above target first seen at the 8th piece, at 5 ms; struck at the first piece 100 ms later; then whenever a piece
  // comes up behind 100 ms / sqrt(n) more.
  ASSERT_GE(drops.size(), 4U);
  EXPECT_EQ(drops[0], 105'000);
  EXPECT_EQ(drops[1], 205'000);
  EXPECT_EQ(drops[2], 276'000);  // 205 + 70.711
  EXPECT_EQ(drops[3], 334'000);  // 275.711 + 57.735
  // Dropped bytes are not lost to the link: what has left is what it could carry.
  EXPECT_EQ(bytes_left(bench), 3'000U + 400'000U);
  EXPECT_EQ(bench.drops(DropReason::kCodel), drops.size());
  EXPECT_EQ(bench.counters().lateness_ns.largest(), 0U);
}

TEST(Queue, CodelLeavesAQueueAloneThatStandsBelowTarget) {
  SimBench bench(limited_by(Kind::kCodel));
  Download download(bench, 40'000);
  for (int i = 0; i < 1'000; ++i) {
    download.sends(1);
    bench.run_for(milliseconds(1));
  }
  EXPECT_EQ(bench.drops(DropReason::kCodel), 0U);
}

TEST(Queue, CodelMarksWhatUnderstandsItAndDropsNothing) {
  Rules rules = limited_by(Kind::kCodel);
  rules.speed->bound = {QueueBound::Unit::kBytes, 10'000'000};
  rules.speed->discipline.ecn = true;
  SimBench bench(rules);
  bench.expect_changes();
  Download download(bench, 40'000);
  bench.forget_departures();
  download.sends_capable(300);
  bench.run_for(milliseconds(500));
  std::uint64_t marked = 0;
  for (const Departure& departure : bench.left(Side::kA)) {
    EXPECT_TRUE(checksums_hold(departure.frame, facts_of(departure.frame)));
    if ((std::to_integer<unsigned>(departure.frame[15]) & 3U) == 3U) ++marked;
  }
  EXPECT_EQ(bench.drops(DropReason::kCodel), 0U);
  EXPECT_EQ(bench.left(Side::kA).size(), 300U);
  EXPECT_EQ(marked, bench.counters().ecn_marked.value());
  // At 105, 205, 275.7 ms, and then the queue has run dry.
  EXPECT_EQ(marked, 3U);
}

TEST(Queue, CodelDropsWhatDoesNotUnderstandMarks) {
  Rules rules = limited_by(Kind::kCodel);
  rules.speed->bound = {QueueBound::Unit::kBytes, 10'000'000};
  rules.speed->discipline.ecn = true;
  SimBench bench(rules);
  Download download(bench, 40'000);
  download.sends(300);
  bench.run_for(milliseconds(500));
  EXPECT_EQ(bench.drops(DropReason::kCodel), 3U);
  EXPECT_EQ(bench.counters().ecn_marked.value(), 0U);
}

// Offers twice the rate for some seconds, and returns the bytes that waited at the end.
std::uint64_t standing_queue(SimBench& bench, Download& download) {
  for (int i = 0; i < 8'000; ++i) {
    download.sends(1);
    bench.run_for(microseconds(500));
  }
  return bench.worker().held();
}

TEST(Queue, PieKeepsTheDelayOfSendersThatDoNotGiveWayNearItsTarget) {
  Rules rules = limited_by(Kind::kPie);
  rules.speed->discipline.law.target = milliseconds(15);
  rules.speed->bound = {QueueBound::Unit::kBytes, 10'000'000};
  SimBench bench(rules);
  Download download(bench, 40'000);
  const std::uint64_t waiting = standing_queue(bench, download);
  EXPECT_LT(waiting, 60U) << "pieces of a millisecond each; a plain queue would hold 4 000";
  EXPECT_GT(waiting, 0U);
  EXPECT_GT(bench.drops(DropReason::kPie), 3'000U);
  EXPECT_EQ(bench.drops(DropReason::kRateQueue), 0U);
}

TEST(Queue, PieDrawsTheSameAgainForTheSameSeed) {
  const auto drops_of = [](std::uint64_t seed) {
    Rules rules = limited_by(Kind::kPie);
    rules.seed = seed;
    SimBench bench(rules);
    Download download(bench, 40'000);
    static_cast<void>(standing_queue(bench, download));
    return download.left();
  };
  EXPECT_EQ(drops_of(7), drops_of(7));
  EXPECT_NE(drops_of(7), drops_of(8));
}

}  // namespace
}  // namespace weir::test
