// Jitter: a connection stalls, both directions at once, from its first data in a second of its life.
#include <gtest/gtest.h>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

Rules stall_with(double share, Duration length) {
  Rules rules;
  rules.jitter = JitterRule{share, Probability(share), {length, length}};
  return rules;
}

TEST(Jitter, TheFirstDataOfTheSecondWaitsAndSoDoesAllElseInBothDirections) {
  SimBench bench(stall_with(1, milliseconds(300)));
  Talk talk(bench, 40'000);
  talk.open();
  bench.forget_departures();
  talk.client_says(kGet);
  bench.run_for(milliseconds(100));
  bench.arrive(Side::kB, talk.from_server().build());
  talk.client_acknowledges();
  EXPECT_TRUE(bench.left(Side::kA).empty());
  EXPECT_TRUE(bench.left(Side::kB).empty());
  bench.run_until(Instant(0) + milliseconds(300));
  ASSERT_EQ(bench.left(Side::kB).size(), 2U);
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  for (const Departure& departure : bench.left(Side::kB)) EXPECT_EQ(departure.at, Instant(0) + milliseconds(300));
  EXPECT_EQ(bench.left(Side::kA)[0].at, Instant(0) + milliseconds(300));
}

TEST(Jitter, StrikesOnceInEachSecondOfTheConnectionsLife) {
  SimBench bench(stall_with(1, milliseconds(300)));
  Talk talk(bench, 40'000);
  talk.open();
  for (int second = 0; second < 5; ++second) {
    for (int exchange = 0; exchange < 3; ++exchange) {
      bench.run_until(Instant(0) + seconds(second) + milliseconds(310 * exchange));
      talk.client_says(kGet);
      bench.run_until(Instant(0) + seconds(second) + milliseconds(310 * exchange + 305));
      talk.server_says(kOk);
    }
  }
  bench.run_for(seconds(1));
  EXPECT_EQ(bench.counters().jitter_applied.value(), 5U);
  EXPECT_EQ(bench.counters().jitter_drawn_ns.value(), 1'500'000'000U);
  EXPECT_EQ(bench.counters().held.value(), 0U);
}

TEST(Jitter, AnOutageThatDropsLosesWhatComesInItAndNothingElse) {
  Rules rules = stall_with(1, milliseconds(300));
  rules.jitter->mode = JitterRule::Mode::kDrop;
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  bench.forget_departures();
  talk.client_says(kGet);
  bench.run_for(milliseconds(200));
  talk.client_says("lost, too");
  bench.run_for(milliseconds(100));
  talk.client_says("arrives");
  EXPECT_EQ(bench.drops(DropReason::kOutage), 2U);
  ASSERT_EQ(bench.left(Side::kB).size(), 1U);
  EXPECT_EQ(bench.left(Side::kB)[0].at, Instant(0) + milliseconds(300));
  bench.run_for(seconds(1));
  EXPECT_EQ(bench.left(Side::kB).size(), 1U);
}

TEST(Jitter, ALinksOutageHoldsEveryConnectionOfIt) {
  Rules rules = stall_with(1, milliseconds(300));
  rules.jitter->scope = JitterRule::Scope::kLink;
  for (const std::size_t workers : {1U, 4U}) {
    SimBench bench(rules, workers);
    std::vector<Talk> talks;
    for (std::uint16_t port = 40'000; port < 40'008; ++port) talks.emplace_back(bench, port).open();
    bench.forget_departures();
    for (Talk& talk : talks) talk.client_says(kGet);
    bench.run_until(Instant(0) + milliseconds(299));
    EXPECT_TRUE(bench.left(Side::kB).empty());
    bench.run_until(Instant(0) + milliseconds(300));
    EXPECT_EQ(bench.left(Side::kB).size(), 8U);
    std::uint64_t struck = 0;
    for (std::size_t worker = 0; worker < workers; ++worker) struck += bench.counters(worker).jitter_applied.value();
    EXPECT_EQ(struck, 1U) << "one draw a second for all";
  }
}

TEST(Jitter, CanBeDrawnForEachExchangeOrEachPacket) {
  for (const auto& [per, draws] :
       {std::pair{JitterRule::Per::kExchange, 2U}, std::pair{JitterRule::Per::kPacket, 5U}}) {
    Rules rules = stall_with(0, milliseconds(1));
    rules.jitter->per = per;
    SimBench bench(rules);
    Talk talk(bench, 40'000);
    talk.open();
    talk.client_says(kGet);
    talk.server_says(kOk);
    talk.client_says(kGet);
    talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    talk.server_says("world");
    EXPECT_EQ(bench.counters().jitter_draws.value(), draws);
  }
}

TEST(Jitter, ASecondWithoutDataDrawsNothing) {
  SimBench bench(stall_with(1, milliseconds(10)));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(10));
  talk.server_says(kOk);
  EXPECT_EQ(bench.counters().jitter_draws.value(), 2U);
}

TEST(Jitter, AWaitThatIsShorterThanTheStallEndsWithIt) {
  // Held for latency until 150 ms; a stall from 100 to 400 ms begins meanwhile.
  Rules rules = stall_with(1, milliseconds(300));
  rules.latency = LatencyRule{{milliseconds(150), milliseconds(150)}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_until(Instant(0) + milliseconds(900));
  talk.server_says(kOk);  // still second 0: due at 1 050 ms
  bench.forget_departures();
  bench.run_until(Instant(0) + milliseconds(1'000));
  talk.client_says(kGet);  // second 1 begins: stall until 1 300 ms
  bench.run_until(Instant(0) + milliseconds(1'299));
  EXPECT_TRUE(bench.left(Side::kA).empty());
  EXPECT_TRUE(bench.left(Side::kB).empty());
  bench.run_until(Instant(0) + milliseconds(1'300));
  EXPECT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.left(Side::kB).size(), 1U);
}

TEST(Jitter, VoidsTicketsThatTheConnectionHoldsAndKeepsItsOrder) {
  Rules rules = stall_with(1, milliseconds(300));
  rules.speed = SpeedRule{ByteRate{10'000}, ByteRate{10'000}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_until(Instant(0) + milliseconds(950));
  bench.forget_departures();
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n");
  for (int i = 0; i < 9; ++i) talk.server_says(std::string(1'000, 'b'));  // 0.9 s of the rate: tickets, queued
  bench.run_until(Instant(0) + milliseconds(1'000));
  const std::size_t before = bench.left(Side::kA).size();
  talk.client_says(kGet);  // second 1: stall until 1 300 ms
  bench.run_until(Instant(0) + milliseconds(1'299));
  EXPECT_EQ(bench.left(Side::kA).size(), before);
  bench.run_for(seconds(3));
  ASSERT_EQ(bench.left(Side::kA).size(), 10U);
  std::uint32_t expected = 0;
  for (const Departure& departure : bench.left(Side::kA)) {
    TcpSegment segment;
    ASSERT_EQ(parse_frame(departure.frame, segment), FrameKind::kTcp);
    if (expected != 0) {
      EXPECT_EQ(segment.sequence, expected);
    }
    expected = segment.sequence_end();
  }
}

}  // namespace
}  // namespace weir::test
