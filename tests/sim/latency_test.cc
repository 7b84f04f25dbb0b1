// Latency: the frame with the first byte of a response waits; nothing behind it in its direction overtakes it.
#include <gtest/gtest.h>

#include "impair/decide.h"
#include "support/sim_bench.h"
#include "wire/tcp_builder.h"

namespace weir::test {
namespace {

Rules hold_for(Duration min, Duration max) {
  Rules rules;
  rules.latency = LatencyRule{{min, max}};
  return rules;
}

TEST(Latency, TheFirstByteOfEachResponseLeavesExactlyWhenItIsDue) {
  SimBench bench(hold_for(milliseconds(150), milliseconds(150)));
  Talk talk(bench, 40'000);
  talk.open();
  for (int exchange = 0; exchange < 20; ++exchange) {
    bench.forget_departures();
    talk.client_says(kGet);
    ASSERT_EQ(bench.left(Side::kB).size(), 1U) << "the request is not held";
    bench.run_for(milliseconds(3));
    const Instant arrived_at = bench.now();
    talk.server_says(kOk);
    EXPECT_TRUE(bench.left(Side::kA).empty());
    bench.run_for(milliseconds(200));
    ASSERT_EQ(bench.left(Side::kA).size(), 1U);
    EXPECT_EQ(bench.left(Side::kA)[0].at, arrived_at + milliseconds(150));
  }
  EXPECT_EQ(bench.counters().exchanges.value(), 20U);
  EXPECT_EQ(bench.counters().latency_applied.value(), 20U);
}

TEST(Latency, WhatFollowsInTheBodyIsNotHeldButDoesNotOvertake) {
  SimBench bench(hold_for(milliseconds(100), milliseconds(100)));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  const Instant first_at = bench.now();
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n");
  bench.run_for(milliseconds(10));
  talk.server_says(std::string(100, 'b'));  // arrives during the hold: leaves with the first byte, behind it
  bench.run_for(milliseconds(190));
  const Instant last_at = bench.now();
  talk.server_says(std::string(200, 'b'));  // arrives after it: not held at all
  ASSERT_EQ(bench.left(Side::kA).size(), 3U);
  EXPECT_EQ(bench.left(Side::kA)[0].at, first_at + milliseconds(100));
  EXPECT_EQ(bench.left(Side::kA)[1].at, first_at + milliseconds(100));
  EXPECT_EQ(bench.left(Side::kA)[2].at, last_at);
}

TEST(Latency, BareAcksOfNeitherSideWait) {
  SimBench bench(hold_for(milliseconds(100), milliseconds(100)));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  talk.server_says(kOk);
  bench.arrive(Side::kB, talk.from_server().build());
  talk.client_acknowledges();
  EXPECT_EQ(bench.left(Side::kB).size(), 1U);
  EXPECT_EQ(bench.left(Side::kA).size(), 1U);
  bench.run_for(milliseconds(100));
  EXPECT_EQ(bench.left(Side::kA).size(), 2U);
}

// What weir sends in a bare ACK's place: the same words, at the number that its receiver expects, and no newer than
// what is held.
TEST(Latency, ABareAckGoesOnAtOnceWithTheNumberThatIsExpected) {
  SimBench bench(hold_for(seconds(5), seconds(5)));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  const std::uint32_t expected = talk.server_next;
  const Bytes held = talk.from_server().timestamps(100, 7).payload(kOk).build();
  bench.arrive(Side::kB, held);
  talk.server_next += static_cast<std::uint32_t>(kOk.size());
  bench.run_for(seconds(1));
  bench.arrive(Side::kB, talk.from_server().timestamps(1'100, 9).window(1'234).build());
  bench.turn();
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  const Bytes& sent = bench.left(Side::kA)[0].frame;
  TcpSegment facts;
  ASSERT_EQ(parse_frame(sent, facts), FrameKind::kTcp);
  EXPECT_EQ(facts.flags, tcp_flag::kAck);
  EXPECT_EQ(facts.sequence, expected);
  EXPECT_EQ(facts.acknowledgment, talk.client_next);
  EXPECT_EQ(facts.window, 1'234);
  EXPECT_EQ(facts.payload_length, 0);
  EXPECT_EQ(timestamp_of(sent, facts), 100U);
  EXPECT_EQ(echo_of(sent, facts), 9U);
  EXPECT_EQ(bench.counters().absorbed.value(), 1U);
  EXPECT_EQ(bench.counters().injected.value(), 1U);
  bench.run_for(seconds(5));
  ASSERT_EQ(bench.left(Side::kA).size(), 2U);
  EXPECT_EQ(bench.left(Side::kA)[1].frame, held);
}

TEST(Latency, ABareAckWaitsWhereThereIsNoBufferOrTheLinkIsOut) {
  Rules rules = hold_for(milliseconds(50), milliseconds(50));
  rules.jitter = JitterRule{.share = 1, .probability = Probability(1), .stall = DurationLaw{seconds(1), seconds(1)}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(2));
  bench.forget_departures();
  talk.server_says(kOk);
  bench.arrive(Side::kB, talk.from_server().build());
  bench.turn();
  EXPECT_TRUE(bench.left(Side::kA).empty()) << "an outage stops everything";

  SimBench dry(hold_for(seconds(5), seconds(5)));
  Talk other(dry, 40'000);
  other.open();
  other.client_says(kGet);
  dry.forget_departures();
  other.server_says(kOk);
  dry.source().run_dry();
  dry.arrive(Side::kB, other.from_server().build());
  dry.run_for(seconds(5));
  ASSERT_EQ(dry.left(Side::kA).size(), 2U);
  EXPECT_EQ(dry.counters().absorbed.value(), 0U);
}

TEST(Latency, WhatSkipsItsDelayDoesNotSkipLatency) {
  Rules rules = hold_for(milliseconds(200), milliseconds(200));
  PacketRule packets;
  packets.delay = DurationLaw{milliseconds(5), milliseconds(5)};
  packets.reorder = 1;
  rules.packets = {packets};
  SimBench bench(rules);
  bench.expect_changes();
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  const Instant arrived_at = bench.now();
  talk.server_says(kOk);
  bench.run_for(seconds(1));
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.left(Side::kA)[0].at, arrived_at + milliseconds(200));
}

TEST(Latency, EachExchangeDrawsItsOwnFromSeedIdentityAndNumber) {
  const Rules rules = hold_for(milliseconds(20), milliseconds(120));
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  const ConnectionTriple triple{address_of("10.9.0.1"), address_of("10.9.0.2"), 80};
  const std::uint64_t key = connection_draw_key(rules.seed, triple, 0);
  for (std::uint32_t n = 0; n < 50; ++n) {
    talk.client_says(kGet);
    bench.forget_departures();
    const Instant arrived_at = bench.now();
    talk.server_says(kOk);
    bench.run_for(milliseconds(500));
    ASSERT_EQ(bench.left(Side::kA).size(), 1U);
    EXPECT_EQ(bench.left(Side::kA)[0].at, arrived_at + decide_latency(*rules.latency, key, n));
  }
}

TEST(Latency, IsTheSameOverIpv6AndInsideTags) {
  SimBench bench(hold_for(milliseconds(150), milliseconds(150)));
  Talk talk(bench, 40'000, true);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  const Instant arrived_at = bench.now();
  talk.server_says(kOk);
  bench.run_for(milliseconds(150));
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.left(Side::kA)[0].at, arrived_at + milliseconds(150));
}

TEST(Latency, PipelinedResponsesInOneFrameWaitForTheLongest) {
  const Rules rules = hold_for(milliseconds(20), milliseconds(120));
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(std::string(kGet) + std::string(kGet) + std::string(kGet));
  bench.forget_departures();
  const Instant arrived_at = bench.now();
  talk.server_says(std::string(kOk) + std::string(kOk) + std::string(kOk));
  bench.run_for(milliseconds(500));
  const std::uint64_t key = connection_draw_key(rules.seed, {address_of("10.9.0.1"), address_of("10.9.0.2"), 80}, 0);
  Duration longest;
  for (std::uint32_t n = 0; n < 3; ++n) longest = std::max(longest, decide_latency(*rules.latency, key, n));
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.left(Side::kA)[0].at, arrived_at + longest);
}

TEST(Latency, ARetransmissionOfWhatIsHeldIsAbsorbed) {
  SimBench bench(hold_for(seconds(2), seconds(2)));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  talk.server_says(kOk);
  for (int again = 0; again < 3; ++again) {
    bench.run_for(milliseconds(300));
    talk.server_repeats();
  }
  bench.run_for(seconds(2));
  EXPECT_EQ(bench.left(Side::kA).size(), 1U) << "every byte exactly once";
  EXPECT_EQ(bench.counters().absorbed.value(), 3U);
  talk.server_repeats();  // the first one has been released: this one is the stack's own business
  EXPECT_EQ(bench.left(Side::kA).size(), 2U);
}

TEST(Latency, ARetransmissionWithTheFinIsAbsorbedToo) {
  SimBench bench(hold_for(seconds(2), seconds(2)));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  const auto flags = tcp_flag::kAck | tcp_flag::kPsh | tcp_flag::kFin;
  const Bytes last = talk.from_server().flags(flags).payload(kOk).build();
  for (int times = 0; times < 4; ++times) {
    bench.arrive(Side::kB, last);
    bench.run_for(milliseconds(300));
  }
  bench.run_for(seconds(2));
  EXPECT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.counters().absorbed.value(), 3U);
}

TEST(Latency, WhatFillsAHoleAmongHeldFramesIsNotAbsorbed) {
  SimBench bench(hold_for(seconds(2), seconds(2)));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n");
  const Bytes lost = talk.from_server().payload(std::string(100, 'b')).build();
  talk.server_next += 100;
  talk.server_says(std::string(200, 'c'));
  bench.arrive(Side::kB, lost);
  bench.run_for(seconds(2));
  EXPECT_EQ(bench.left(Side::kA).size(), 3U);
  EXPECT_EQ(bench.counters().absorbed.value(), 0U);
}

TEST(Latency, TheStatisticsSayHowLongFirstBytesWereReallyHeld) {
  SimBench bench(hold_for(milliseconds(100), milliseconds(100)));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  talk.server_says(kOk);
  bench.poll_until(Instant(0) + milliseconds(240), milliseconds(60));
  EXPECT_EQ(bench.counters().responses_held.value(), 1U);
  EXPECT_EQ(bench.counters().response_held_ns.value(), 120'000'000U) << "polled every 60 ms: 20 ms late";
  EXPECT_EQ(bench.counters().lateness_ns.largest(), 20'000'000U);
}

TEST(Latency, IsNotForTrafficThatIsNotHttp) {
  SimBench bench(hold_for(milliseconds(150), milliseconds(150)));
  Talk talk(bench, 40'000);
  talk.open();
  bench.forget_departures();
  talk.client_says("SSH-2.0-OpenSSH_9.2\r\n");
  talk.server_says("SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.left(Side::kB).size(), 1U);
  EXPECT_EQ(bench.counters().connections.value(), 0U);
  EXPECT_EQ(bench.counters().tcp_connections.value(), 1U);
}

}  // namespace
}  // namespace weir::test
