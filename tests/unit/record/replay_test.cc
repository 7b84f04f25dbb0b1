#include "record/replay.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/frames.h"

namespace weir::test {
namespace {

constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: bench\r\n\r\n";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

struct Left {
  std::int64_t at_ns;
  Side side;
  Bytes frame;
  friend bool operator==(const Left&, const Left&) = default;
};

class Bench : public ReplaySink {
 public:
  explicit Bench(Rules rules, std::size_t workers = 1)
      : rules_(std::move(rules)),
        replay({.rules = rules_, .workers = workers, .sizes = {.flows = 64, .held = 256}, .triples = 64, .logs = true},
               *this) {}

  void leaves(Instant at, Side side, std::span<const std::byte> frame, std::uint32_t /*original_length*/) override {
    left.push_back({at.nanoseconds(), side, Bytes(frame.begin(), frame.end())});
  }
  void after_turn() override { ++turns; }

  void arrive(std::int64_t at_ns, Side side, const Bytes& frame) {
    replay.arrive(Instant(at_ns), side, frame, static_cast<std::uint32_t>(frame.size()));
  }
  /// One exchange: the request at `at_ns`, the response a millisecond later.
  void exchange(std::int64_t at_ns, std::uint16_t port = 40'000) {
    arrive(at_ns, Side::kA, client(port, 1'000, tcp_flag::kSyn, ""));
    arrive(at_ns, Side::kB, server(port, 5'000, tcp_flag::kSyn | tcp_flag::kAck, ""));
    arrive(at_ns, Side::kA, client(port, 1'001, tcp_flag::kAck, kGet));
    arrive(at_ns + 1'000'000, Side::kB, server(port, 5'001, tcp_flag::kAck, kOk));
  }
  static Bytes client(std::uint16_t port, std::uint32_t sequence, unsigned flags, std::string_view payload) {
    return FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(port, 80).seq(sequence).flags(flags).payload(payload).build();
  }
  static Bytes server(std::uint16_t port, std::uint32_t sequence, unsigned flags, std::string_view payload) {
    return FrameBuilder().v4("10.9.0.2", "10.9.0.1").tcp(80, port).seq(sequence).flags(flags).payload(payload).build();
  }

  [[nodiscard]] RunStatistics statistics() const {
    RunStatistics run;
    replay.report(run);
    return run;
  }

 private:
  const Rules rules_;

 public:
  Replay replay;
  std::vector<Left> left;
  int turns = 0;
};

Rules hold_for(Duration span) {
  Rules rules;
  rules.latency = LatencyRule{{span, span}};
  return rules;
}

TEST(Replay, TheFirstByteLeavesExactlyItsLatencyAfterItCame) {
  Bench bench(hold_for(milliseconds(150)));
  bench.exchange(7);
  bench.replay.finish();
  ASSERT_EQ(bench.left.size(), 4U);
  EXPECT_EQ(bench.left[3],
            (Left{7 + 1'000'000 + 150'000'000, Side::kA, Bench::server(40'000, 5'001, tcp_flag::kAck, kOk)}));
  const RunStatistics run = bench.statistics();
  EXPECT_EQ(run.totals.lateness_ns.largest(), 0U);
  EXPECT_EQ(run.duration, Duration(151'000'007));
  EXPECT_EQ(run.links[0].a.rx_frames, 2U);
  EXPECT_EQ(run.links[0].a.tx_frames, 2U);
  EXPECT_TRUE(broken_promises(run).empty());
  EXPECT_EQ(bench.replay.rings().size(), 1U);
}

TEST(Replay, FramesOfOneInstantGoInTheOrderInWhichTheyCame) {
  Bench bench(hold_for(milliseconds(1)));
  bench.exchange(0);
  bench.replay.finish();
  const std::vector<Side> expected = {Side::kB, Side::kA, Side::kB, Side::kA};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(bench.left[i].side, expected[i]);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(bench.left[i].at_ns, 0);
}

TEST(Replay, TimeStopsAtWhatIsDueBetweenTwoFrames) {
  Bench bench(hold_for(milliseconds(150)));
  bench.exchange(0);
  bench.arrive(2'000'000'000, Side::kA, FrameBuilder().arp("10.9.0.1", "10.9.0.2").build());
  ASSERT_EQ(bench.left.size(), 4U) << "the held one left before the last one came";
  EXPECT_EQ(bench.left[3].at_ns, 151'000'000);
  bench.replay.finish();
  EXPECT_EQ(bench.left[4].at_ns, 2'000'000'000);
}

TEST(Replay, WhatIsDueWhenAFrameComesGoesWithItsTurn) {
  Bench bench(hold_for(milliseconds(150)));
  bench.exchange(0);
  const int before = bench.turns;
  bench.arrive(151'000'000, Side::kA, Bench::client(40'000, 1'032, tcp_flag::kAck, ""));
  bench.replay.finish();
  EXPECT_EQ(bench.turns, before + 2) << "the response's admission, and one turn for both";
  EXPECT_EQ(bench.left.size(), 5U);
  for (std::size_t i = 3; i < 5; ++i) EXPECT_EQ(bench.left[i].at_ns, 151'000'000);
}

TEST(Replay, ALimiterIsExactAndNothingIsLate) {
  Rules rules;
  rules.speed = SpeedRule{.min = {1'000}, .max = {1'000}};
  Bench bench(rules);
  bench.arrive(0, Side::kA, Bench::client(40'000, 1'000, tcp_flag::kSyn, ""));
  bench.arrive(0, Side::kA, Bench::client(40'000, 1'001, tcp_flag::kAck, kGet));
  const std::string body(1'000, 'x');
  for (std::uint32_t i = 0; i < 10; ++i) {
    bench.arrive(0, Side::kB, Bench::server(40'000, 5'001 + 1'000 * i, tcp_flag::kAck, body));
  }
  bench.replay.finish();
  ASSERT_EQ(bench.left.size(), 12U);
  const auto request = static_cast<std::int64_t>(kGet.size());
  for (std::int64_t i = 1; i <= 10; ++i) {
    EXPECT_EQ(bench.left[static_cast<std::size_t>(i) + 1].at_ns, (request + 1'000 * i) * 1'000'000) << i;
  }
  const RunStatistics run = bench.statistics();
  EXPECT_EQ(run.totals.lateness_ns.largest(), 0U);
  EXPECT_EQ(run.totals.limited_bytes, 10'000U + kGet.size());
  EXPECT_EQ(run.speed_active, run.duration);
}

TEST(Replay, EightWorkersDoWhatOneDoes) {
  Rules rules = hold_for(milliseconds(50));
  rules.latency->hold.max = milliseconds(150);
  Bench one(rules, 1);
  Bench eight(rules, 8);
  for (Bench* bench : {&one, &eight}) {
    for (std::uint16_t i = 0; i < 20; ++i) bench->exchange(i * 10'000'000, static_cast<std::uint16_t>(40'000 + i));
    bench->replay.finish();
  }
  EXPECT_EQ(one.left.size(), 80U);
  EXPECT_EQ(one.left, eight.left);
}

}  // namespace
}  // namespace weir::test
