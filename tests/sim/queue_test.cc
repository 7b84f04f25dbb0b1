// The queue before the limiter: what each discipline drops, marks and lets go next, at exact instants.
#include <gtest/gtest.h>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

using Kind = QueueDiscipline::Kind;

constexpr std::uint64_t kRate = 1'000'000;  // a byte a microsecond
constexpr std::size_t kPiece = 1'000;

Rules limited_by(Kind kind) {
  Rules rules;
  rules.speed = SpeedRule{ByteRate{kRate}, ByteRate{kRate}};
  rules.speed->discipline.kind = kind;
  return rules;
}

Rules packets_wait(Kind kind, std::uint64_t most) {
  Rules rules = limited_by(kind);
  rules.speed->bound = {QueueBound::Unit::kPackets, most};
  return rules;
}

TcpSegment facts_of(const Bytes& frame) {
  TcpSegment facts;
  EXPECT_EQ(parse_frame(frame, facts), FrameKind::kTcp);
  return facts;
}

// A connection whose server sends pieces of a thousand bytes.
class Download {
 public:
  Download(SimBench& bench, std::uint16_t port) : talk_(bench, port), bench_(bench), port_(port) {
    talk_.open();
    talk_.client_says(kGet);
    talk_.server_says("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    bench.run_for(seconds(1));
    first_ = talk_.server_next;
  }

  void sends(int pieces) {
    for (int i = 0; i < pieces; ++i) talk_.server_sends(std::string(kPiece, 'x'));
  }
  // By a sender that understands congestion marks.
  void sends_capable(int pieces) {
    for (int i = 0; i < pieces; ++i) {
      bench_.arrive(Side::kB, talk_.from_server().dscp(0, 2).payload(std::string(kPiece, 'x')).build());
      talk_.server_next += kPiece;
    }
  }
  // Which of its pieces have left, by their numbers, and when.
  [[nodiscard]] std::vector<int> left() const {
    std::vector<int> pieces;
    for (const Departure& departure : bench_.left(Side::kA)) {
      const TcpSegment facts = facts_of(departure.frame);
      const bool is_mine = facts.destination_port == port_ && facts.payload_length == kPiece;
      if (is_mine) pieces.push_back(static_cast<int>((facts.sequence - first_) / kPiece));
    }
    return pieces;
  }

 private:
  Talk talk_;
  SimBench& bench_;
  std::uint16_t port_;
  std::uint32_t first_ = 0;
};

std::vector<int> from_to(int first, int last) {
  std::vector<int> numbers;
  for (int n = first; n <= last; ++n) numbers.push_back(n);
  return numbers;
}

std::uint64_t bytes_left(const SimBench& bench) {
  std::uint64_t bytes = 0;
  for (const Side side : {Side::kA, Side::kB}) {
    for (const Departure& departure : bench.left(side)) bytes += facts_of(departure.frame).payload_length;
  }
  return bytes;
}

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

TEST(Queue, FqServesConnectionsInTurnWhateverTheyOffer) {
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

TEST(Queue, FqDropsFromTheConnectionThatHasMostWaiting) {
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

TEST(Queue, FqCodelLetsWhoHasJustBegunGoFirst) {
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

TEST(Queue, FqCodelStrikesOnlyTheConnectionWhoseQueueStands) {
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

TEST(Queue, NeverAboveTheRateInAnyWindowWhenConnectionsComeAndGo) {
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

TEST(Queue, AllWorkersTogetherAreExactToTheFrameOverOneSecond) {
  for (const Kind kind : {Kind::kHeadDrop, Kind::kCodel, Kind::kPie, Kind::kFq, Kind::kFqCodel}) {
    for (const std::size_t workers : {1U, 2U, 8U}) {
      const std::uint64_t carried = carried_by(kind, workers);
      EXPECT_LE(carried, kRate + kPiece) << static_cast<int>(kind) << " with " << workers;
      EXPECT_GE(carried, kRate - 8 * kPiece) << static_cast<int>(kind) << " with " << workers;
    }
  }
}

TEST(Queue, ALinkThatIsLateIsNotIdle) {
  // Turns 5 ms apart, of which a thousand bytes of credit would be 1: what was missed is carried in the next one.
  SimBench bench(limited_by(Kind::kFq));
  Download download(bench, 40'000);
  download.sends(190);
  bench.poll_until(bench.now() + milliseconds(150), milliseconds(5));
  EXPECT_GE(download.left().size(), 150U);
}

TEST(Queue, AStallTakesPacketsOutAndTheyComeAgain) {
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

TEST(Queue, AResetDiscardsWhatWaitsAndOthersGoOn) {
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

}  // namespace
}  // namespace weir::test
