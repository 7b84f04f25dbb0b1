// Speed: one budget over all selected connections, both directions and all workers, in bytes of TCP payload.
#include <gtest/gtest.h>

#include "impair/decide.h"
#include "support/sim_bench.h"

namespace weir::test {
namespace {

constexpr std::uint64_t kRate = 1'400'000;

Rules limit_to(std::uint64_t min, std::uint64_t max) {
  Rules rules;
  rules.speed = SpeedRule{ByteRate{min}, ByteRate{max}};
  return rules;
}

std::uint64_t payload_of(const std::vector<Departure>& departures) {
  std::uint64_t bytes = 0;
  for (const Departure& departure : departures) {
    TcpSegment segment;
    if (parse_frame(departure.frame, segment) == FrameKind::kTcp) bytes += segment.payload_length;
  }
  return bytes;
}

// Connections that always have something to send: servers and clients keep the queue before the limiter filled.
class Greedy {
 public:
  Greedy(SimBench& bench, std::size_t connections) : bench_(bench) {
    for (std::size_t i = 0; i < connections; ++i) {
      talks_.emplace_back(bench, static_cast<std::uint16_t>(40'000 + i));
      talks_.back().open();
      talks_.back().client_says("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 99999999\r\n\r\n");
      talks_.back().server_says("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    }
  }

  // Offers more than the rate, `step` by `step`.
  void run_until(Instant until, Duration step) {
    const std::string piece(1'000, 'x');
    while (bench_.now() < until) {
      for (Talk& talk : talks_) {
        talk.server_sends(piece);
        talk.client_sends(piece);
      }
      bench_.poll_until(bench_.now() + step, step);
    }
  }

 private:
  SimBench& bench_;
  std::vector<Talk> talks_;
};

std::uint64_t carried_by(std::size_t workers, Duration step) {
  SimBench bench(limit_to(kRate, kRate), workers);
  Greedy greedy(bench, 8);
  greedy.run_until(Instant(0) + milliseconds(500), step);
  bench.forget_departures();
  greedy.run_until(Instant(0) + milliseconds(1'500), step);
  return payload_of(bench.left(Side::kA)) + payload_of(bench.left(Side::kB));
}

TEST(Speed, IsExactToTheFrameOverOneSecondForAnyNumberOfWorkers) {
  // Frames are whole: what left in the window may differ from the budget by the frame under way at each edge.
  for (const std::size_t workers : {1U, 2U, 8U}) {
    const std::uint64_t carried = carried_by(workers, milliseconds(1));
    EXPECT_GE(carried, kRate - 1'000) << workers;
    EXPECT_LE(carried, kRate + 1'000) << workers;
  }
}

TEST(Speed, DoesNotDependOnThePollingInterval) {
  for (const std::int64_t microseconds_a_step : {500, 1'000, 4'000}) {
    const std::uint64_t carried = carried_by(1, microseconds(microseconds_a_step));
    EXPECT_GE(carried, kRate - 1'000) << microseconds_a_step;
    EXPECT_LE(carried, kRate + 1'000) << microseconds_a_step;
  }
}

TEST(Speed, AFrameLeavesAtTheVeryInstantAtWhichTheLinkHasCarriedIt) {
  SimBench bench(limit_to(1'000'000, 1'000'000));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(1));
  bench.forget_departures();
  const Instant start = bench.now();
  talk.server_sends("HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n");  // 42 bytes
  for (int i = 0; i < 10; ++i) talk.server_sends(std::string(1'000, 'b'));
  bench.run_for(seconds(1));
  ASSERT_EQ(bench.left(Side::kA).size(), 11U);
  // 3 000 bytes of credit after an idle second; from there one byte a microsecond.
  std::int64_t bytes = 42;
  for (std::size_t i = 1; i < 11; ++i) {
    bytes += 1'000;
    const Instant expected = start + microseconds(std::max<std::int64_t>(0, bytes - 3'000));
    EXPECT_EQ(bench.left(Side::kA)[i].at, expected) << i;
  }
}

TEST(Speed, CountsPayloadOnlySoThatBareAcksCostNothing) {
  SimBench bench(limit_to(1'000, 1'000));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(1));
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n");
  for (int i = 0; i < 9; ++i) talk.server_sends(std::string(1'000, 'b'));
  bench.turn();
  bench.forget_departures();
  talk.client_acknowledges();
  EXPECT_EQ(bench.left(Side::kB).size(), 1U) << "an ACK up does not wait behind data down";
}

TEST(Speed, DropsAtTheTailOfAQueueOfTwoHundredMilliseconds) {
  SimBench bench(limit_to(1'000'000, 1'000'000));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(1));
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n");
  bench.forget_departures();
  for (int i = 0; i < 400; ++i) talk.server_says(std::string(1'000, 'b'));
  // 200 000 bytes may wait; 42 + 202 000 hold tickets against 3 000 bytes of credit.
  EXPECT_EQ(bench.drops(DropReason::kRateQueue), 198U);
  bench.run_for(seconds(1));
  EXPECT_EQ(bench.left(Side::kA).size(), 202U);
}

TEST(Speed, TheQueueIsAtLeastSixtyFourKibibytes) {
  SimBench bench(limit_to(1'000, 1'000));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(10));
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n");
  for (int i = 0; i < 100; ++i) talk.server_says(std::string(1'000, 'b'));
  EXPECT_EQ(bench.drops(DropReason::kRateQueue), 100U - 68U);
}

TEST(Speed, RedrawsEachSecondAndLogsIt) {
  Rules rules = limit_to(100'000, 900'000);
  SimBench bench(rules);
  Greedy greedy(bench, 2);
  greedy.run_until(Instant(0) + seconds(5), milliseconds(1));
  std::vector<double> rates;
  for (const DecisionRecord& record : bench.decisions()) {
    if (record.event == Event::kRate) rates.push_back(record.drawn);
  }
  ASSERT_EQ(rates.size(), 6U);
  Capacity capacity(ByteRate{100'000}, ByteRate{900'000}, seconds(1), speed_draw_key(rules.seed));
  for (std::size_t second = 0; second < rates.size(); ++second) {
    static_cast<void>(capacity.carried(Instant(0) + seconds(static_cast<std::int64_t>(second))));
    EXPECT_EQ(rates[second], static_cast<double>(capacity.rate().bytes_per_second));
  }
}

TEST(Speed, IsOnTimeToTheNanosecondAcrossRedraws) {
  SimBench bench(limit_to(10'000, 10'000'000));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n");
  for (int second = 0; second < 20; ++second) {
    for (int i = 0; i < 60; ++i) talk.server_sends(std::string(1'000, 'b'));
    bench.run_for(seconds(1));
  }
  EXPECT_GT(bench.counters().limited_bytes[0].value(), 100'000U);
  EXPECT_EQ(bench.counters().limited_bytes[0].value(),
            payload_of(bench.left(Side::kA)) + payload_of(bench.left(Side::kB)));
  EXPECT_EQ(bench.counters().lateness_ns.largest(), 0U);
}

TEST(Speed, CountsWhatPassesEachLimiter) {
  Rules rules = limit_to(100'000, 100'000);
  rules.speed->direction = SpeedRule::Direction::kEach;
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n");
  for (int i = 0; i < 4; ++i) talk.server_sends(std::string(1'000, 'b'));
  bench.run_for(seconds(1));
  EXPECT_EQ(bench.counters().limited_bytes[0].value(), payload_of(bench.left(Side::kB)));
  EXPECT_EQ(bench.counters().limited_bytes[1].value(), payload_of(bench.left(Side::kA)));
  EXPECT_GT(bench.counters().limited_bytes[1].value(), 4'000U);
}

TEST(Speed, LeavesTrafficThatIsNotHttpAlone) {
  SimBench bench(limit_to(1, 1));
  Talk talk(bench, 40'000);
  talk.open();
  bench.forget_departures();
  talk.client_says(std::string(200, '\x01'));
  for (int i = 0; i < 100; ++i) talk.server_says(std::string(1'000, '\x02'));
  EXPECT_EQ(bench.left(Side::kA).size(), 100U);
}

}  // namespace
}  // namespace weir::test
