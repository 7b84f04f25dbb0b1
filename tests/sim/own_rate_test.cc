// Rates beside the one budget: of a rule's traffic together, and of each connection by itself.
#include <gtest/gtest.h>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

constexpr std::size_t kPiece = 1'000;
constexpr std::uint64_t kRate = 1'000'000;  // a byte a microsecond: a piece a millisecond

Rules own_rate(OwnRate::Per per) {
  Rules rules;
  rules.own_rate = OwnRate{.rate = ByteRate{kRate}, .per = per};
  return rules;
}

struct Left {
  Instant at;
  std::uint16_t port;
};

// Pieces that left towards the client, of all connections.
std::vector<Left> pieces_left(const SimBench& bench) {
  std::vector<Left> left;
  for (const Departure& departure : bench.left(Side::kA)) {
    TcpSegment facts;
    EXPECT_EQ(parse_frame(departure.frame, facts), FrameKind::kTcp);
    if (facts.payload_length == kPiece) left.push_back({departure.at, facts.destination_port});
  }
  return left;
}

std::size_t count_of(const std::vector<Left>& left, std::uint16_t port) {
  return static_cast<std::size_t>(std::ranges::count(left, port, &Left::port));
}

// The most bytes in any window of a length.
std::uint64_t most_in(const std::vector<Left>& left, Duration window) {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < left.size(); ++last) {
    while (left[last].at - left[first].at > window) ++first;
    most = std::max(most, last - first + 1);
  }
  return most * kPiece;
}

class Servers {
 public:
  Servers(SimBench& bench, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      talks_.emplace_back(bench, static_cast<std::uint16_t>(40'000 + i));
      talks_.back().open();
      talks_.back().client_says(kGet);
      talks_.back().server_says("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    }
    bench.run_for(seconds(1));
    bench.forget_departures();
  }
  void send(int pieces) {
    for (Talk& talk : talks_) {
      for (int i = 0; i < pieces; ++i) talk.server_sends(std::string(kPiece, 'x'));
    }
  }
  [[nodiscard]] Talk& operator[](std::size_t index) { return talks_[index]; }

 private:
  std::vector<Talk> talks_;
};

TEST(OwnRate, OfAConnectionPacesItExactly) {
  SimBench bench(own_rate(OwnRate::Per::kConnection));
  Servers servers(bench, 3);
  const Instant start = bench.now();
  servers.send(20);
  bench.run_for(seconds(1));
  const std::vector<Left> left = pieces_left(bench);
  ASSERT_EQ(left.size(), 60U);
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i].at, start + milliseconds(static_cast<std::int64_t>(i / 3))) << i;
  }
  EXPECT_EQ(bench.counters().lateness_ns.largest(), 0U);
}

TEST(OwnRate, OfARuleIsSharedByItsConnectionsOverAllWorkers) {
  for (const std::size_t workers : {1U, 2U, 8U}) {
    SimBench bench(own_rate(OwnRate::Per::kRule), workers);
    Servers servers(bench, 8);
    const Instant start = bench.now();
    servers.send(10);
    bench.run_for(seconds(1));
    const std::vector<Left> left = pieces_left(bench);
    ASSERT_EQ(left.size(), 80U);
    for (std::size_t i = 0; i < left.size(); ++i) {
      EXPECT_EQ(left[i].at, start + milliseconds(static_cast<std::int64_t>(i))) << i << " of " << workers;
    }
  }
}

TEST(OwnRate, DropsWhoWouldWaitForLongerThanItsQueue) {
  Rules rules = own_rate(OwnRate::Per::kConnection);
  rules.own_rate->queue = milliseconds(20);
  SimBench bench(rules);
  Servers servers(bench, 1);
  servers.send(50);
  bench.run_for(seconds(1));
  EXPECT_EQ(pieces_left(bench).size(), 21U) << "one at once, and those that leave up to 20 ms later";
  EXPECT_EQ(bench.drops(DropReason::kRateQueue), 29U);
}

TEST(OwnRate, CountsBothDirectionsUnlessToldOtherwise) {
  for (const bool down_only : {false, true}) {
    Rules rules = own_rate(OwnRate::Per::kConnection);
    if (down_only) rules.own_rate->direction = SpeedRule::Direction::kDown;
    SimBench bench(rules);
    Servers servers(bench, 1);
    const Instant start = bench.now();
    servers[0].client_sends(std::string(5'000, 'u'));
    servers[0].server_sends(std::string(kPiece, 'x'));
    bench.run_for(seconds(1));
    EXPECT_EQ(pieces_left(bench).at(0).at, start + milliseconds(down_only ? 0 : 5));
  }
}

TEST(OwnRate, BeginsWhenLatencyHasPassedAndPacesWhatWaitedBehindIt) {
  Rules rules = own_rate(OwnRate::Per::kConnection);
  rules.latency = LatencyRule{{milliseconds(30), milliseconds(30)}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(1));
  bench.forget_departures();
  const Instant start = bench.now();
  std::string first = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n";
  first.resize(kPiece, 'x');
  talk.server_sends(first);
  for (int i = 0; i < 100; ++i) talk.server_sends(std::string(kPiece, 'x'));
  bench.run_for(milliseconds(500));
  const std::vector<Left> left = pieces_left(bench);
  ASSERT_EQ(left.size(), 101U);
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i].at, start + milliseconds(30 + static_cast<std::int64_t>(i))) << i;
  }
}

TEST(OwnRate, IsNeverExceededBehindAStall) {
  Rules rules = own_rate(OwnRate::Per::kConnection);
  rules.jitter = JitterRule{1, Probability(1), {milliseconds(60), milliseconds(60)}};
  SimBench bench(rules);
  Servers servers(bench, 2);
  for (int i = 0; i < 60; ++i) {
    servers.send(1);
    bench.run_for(milliseconds(2));
  }
  bench.run_for(seconds(1));
  const std::vector<Left> left = pieces_left(bench);
  ASSERT_EQ(left.size(), 120U);
  for (const std::uint16_t port : {std::uint16_t{40'000}, std::uint16_t{40'001}}) {
    std::vector<Left> own;
    std::ranges::copy_if(left, std::back_inserter(own), [port](const Left& each) { return each.port == port; });
    EXPECT_LE(most_in(own, milliseconds(10)), 11'000U);
  }
}

TEST(OwnRate, StandsBesideTheBudgetAndNeitherIsExceeded) {
  Rules rules;
  rules.speed = SpeedRule{ByteRate{4 * kRate}, ByteRate{4 * kRate}};
  Rule slow{.name = "slow", .match = {}, .impair = {}};
  slow.match.client_ports = {{40'000, 40'001}};
  slow.impair.own_rate = OwnRate{.rate = ByteRate{kRate}};
  rules.rules.push_back(slow);
  SimBench bench(rules, 2);
  Servers servers(bench, 4);
  for (int i = 0; i < 1'000; ++i) {
    servers.send(3);  // 12 MB/s
    bench.run_for(milliseconds(1));
  }
  const std::vector<Left> left = pieces_left(bench);
  const std::size_t of_slow = count_of(left, 40'000) + count_of(left, 40'001);
  EXPECT_LE(of_slow, 1'001U);
  EXPECT_GE(of_slow, 790U) << "less what the budget's full queue drops, and what still waits in it";
  std::vector<Left> slow_ones;
  std::ranges::copy_if(left, std::back_inserter(slow_ones), [](const Left& each) { return each.port < 40'002; });
  EXPECT_LE(most_in(left, milliseconds(100)), 400'000U + 3'000U + 2 * kPiece);
  EXPECT_LE(most_in(slow_ones, milliseconds(100)), 100'000U + 20 * kPiece);
}

// A rule of 200 kB/s beside one budget of 1 MB/s, whose queue others fill and let run empty: 120 ms of it each 300 ms.
std::uint64_t most_of_the_rule_in_100_ms(QueueDiscipline::Kind kind) {
  Rules rules;
  rules.speed = SpeedRule{ByteRate{kRate}, ByteRate{kRate}};
  rules.speed->discipline.kind = kind;
  Rule slow;
  slow.name = "slow";
  slow.match.client_ports = {{40'000, 40'000}};
  slow.impair.own_rate = OwnRate{.rate = ByteRate{kRate / 5}, .per = OwnRate::Per::kRule, .queue = seconds(60)};
  rules.rules = {slow};
  SimBench bench(rules);
  Servers servers(bench, 4);
  for (int i = 0; i < 600; ++i) servers[0].server_sends(std::string(kPiece, 'x'));
  for (int round = 0; round < 10; ++round) {
    for (std::size_t other = 1; other < 4; ++other) {
      for (int i = 0; i < 40; ++i) servers[other].server_sends(std::string(kPiece, 'x'));
    }
    bench.run_for(milliseconds(300));
  }
  std::vector<Left> left = pieces_left(bench);
  EXPECT_EQ(bench.drops(DropReason::kRateQueue), 0U);
  std::erase_if(left, [](const Left& piece) { return piece.port != 40'000; });
  EXPECT_NEAR(static_cast<double>(left.size()), 600, 30) << "3 s of 200 kB/s";
  return most_in(left, milliseconds(100));
}

// Exact where packets enter the queue: behind it they bunch up by as much as it gets shorter while they wait. Where
// connections take turns the rule's own are always short, and no more than a piece of others' comes between.
TEST(OwnRate, BehindABudgetItIsKeptByTurnsAndBunchedByOrder) {
  constexpr std::uint64_t kExact = 20 * kPiece + kPiece;
  EXPECT_EQ(most_of_the_rule_in_100_ms(QueueDiscipline::Kind::kFq), kExact + kPiece);
  EXPECT_EQ(most_of_the_rule_in_100_ms(QueueDiscipline::Kind::kFqCodel), kExact);
  EXPECT_EQ(most_of_the_rule_in_100_ms(QueueDiscipline::Kind::kTailDrop), 43 * kPiece);  // docs/impairments.md
}

}  // namespace
}  // namespace weir::test
