// Reset: an exchange is cut in place of its response's first byte, with numbers that both ends accept.
#include <gtest/gtest.h>

#include "impair/decide.h"
#include "support/sim_bench.h"

namespace weir::test {
namespace {

Rules cut_with(double share) {
  Rules rules;
  rules.reset = ResetRule{share, Probability(share)};
  return rules;
}

TcpSegment facts_of(const Departure& departure) {
  TcpSegment segment;
  EXPECT_EQ(parse_frame(departure.frame, segment), FrameKind::kTcp);
  return segment;
}

class Cut : public testing::TestWithParam<bool> {};

TEST_P(Cut, BothEndsGetTheNumberTheyExpect) {
  SimBench bench(cut_with(1));
  Talk talk(bench, 40'000, GetParam());
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  const std::uint32_t client_expects = talk.server_next;  // of the server's bytes, none was released yet
  const std::uint32_t server_expects = talk.client_next;
  talk.server_says(kOk);
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  ASSERT_EQ(bench.left(Side::kB).size(), 1U);
  const TcpSegment to_client = facts_of(bench.left(Side::kA)[0]);
  EXPECT_TRUE(to_client.has(tcp_flag::kRst));
  EXPECT_EQ(to_client.sequence, client_expects);
  EXPECT_EQ(to_client.acknowledgment, server_expects);
  EXPECT_EQ(to_client.source_port, 80);
  const TcpSegment to_server = facts_of(bench.left(Side::kB)[0]);
  EXPECT_TRUE(to_server.has(tcp_flag::kRst));
  EXPECT_EQ(to_server.sequence, server_expects);
  EXPECT_EQ(to_server.destination_port, 80);
  EXPECT_TRUE(checksums_hold(bench.left(Side::kA)[0].frame, to_client));
  EXPECT_TRUE(checksums_hold(bench.left(Side::kB)[0].frame, to_server));
  EXPECT_EQ(bench.counters().injected.value(), 2U);
  EXPECT_EQ(bench.drops(DropReason::kReset), 1U);
}

INSTANTIATE_TEST_SUITE_P(V4AndV6, Cut, testing::Bool());

TEST(Reset, NumbersAreThoseOfWhatWasReleasedNotOfWhatArrived) {
  // The body of a first response is queued before the limiter when the second exchange is cut.
  Rules rules = cut_with(0.5);
  rules.speed = SpeedRule{ByteRate{10'000}, ByteRate{10'000}};
  const ConnectionTriple triple{address_of("10.9.0.1"), address_of("10.9.0.2"), 80};
  rules.seed = 0;
  const auto cut_at = [&rules, &triple](std::uint32_t n) {
    return decide_reset(*rules.reset, connection_draw_key(rules.seed, triple, 0), n).hit;
  };
  while (cut_at(0) || !cut_at(1)) ++rules.seed;
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(1));
  bench.forget_departures();
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n");
  for (int i = 0; i < 9; ++i) talk.server_says(std::string(1'000, 'b'));
  bench.run_for(milliseconds(200));
  talk.client_says(kGet);
  std::uint32_t client_expects = facts_of(bench.left(Side::kA).back()).sequence_end();
  ASSERT_NE(client_expects, talk.server_next) << "some of the body is still queued";
  talk.server_says(kOk);
  const TcpSegment to_client = facts_of(bench.left(Side::kA).back());
  EXPECT_TRUE(to_client.has(tcp_flag::kRst));
  EXPECT_EQ(to_client.sequence, client_expects);
  bench.run_for(seconds(5));
  EXPECT_TRUE(facts_of(bench.left(Side::kA).back()).has(tcp_flag::kRst)) << "held frames were discarded";
}

TEST(Reset, WhatComesLaterIsAnsweredAsByAClosedSocket) {
  SimBench bench(cut_with(1));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  talk.server_says(kOk);
  bench.forget_departures();
  talk.server_says("more");
  ASSERT_EQ(bench.left(Side::kB).size(), 1U);
  EXPECT_TRUE(bench.left(Side::kA).empty());
  const TcpSegment answer = facts_of(bench.left(Side::kB)[0]);
  EXPECT_TRUE(answer.has(tcp_flag::kRst));
  EXPECT_EQ(answer.sequence, talk.client_next);
  bench.forget_departures();
  bench.arrive(Side::kA, talk.from_client().flags(tcp_flag::kRst).build());
  bench.turn();
  EXPECT_TRUE(bench.left(Side::kA).empty()) << "a RST is never answered";
  EXPECT_TRUE(bench.left(Side::kB).empty());
  EXPECT_EQ(bench.drops(DropReason::kAfterReset), 2U);
}

TEST(Reset, ANewSynOnTheSamePortsIsANewConnection) {
  SimBench bench(cut_with(1));
  Talk first(bench, 40'000);
  first.open();
  first.client_says(kGet);
  first.server_says(kOk);
  Talk second(bench, 40'000);
  second.client_next = 900'000;
  bench.forget_departures();
  second.open();
  EXPECT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.left(Side::kB).size(), 2U);
  EXPECT_EQ(bench.counters().tcp_connections.value(), 2U);
}

TEST(Reset, StrikesTheConnectionsThatTheDrawNames) {
  Rules rules = cut_with(0.5);
  SimBench bench(rules);
  const ConnectionTriple triple{address_of("10.9.0.1"), address_of("10.9.0.2"), 80};
  for (std::uint32_t k = 0; k < 200; ++k) {
    Talk talk(bench, static_cast<std::uint16_t>(40'000 + k));
    talk.open();
    talk.client_says(kGet);
    bench.forget_departures();
    talk.server_says(kOk);
    const bool was_cut = facts_of(bench.left(Side::kA).back()).has(tcp_flag::kRst);
    EXPECT_EQ(was_cut, decide_reset(*rules.reset, connection_draw_key(rules.seed, triple, k), 0).hit) << k;
  }
}

TEST(Reset, WithoutABufferNothingIsSentAndThatIsCounted) {
  SimBench bench(cut_with(1));
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.source().run_dry();
  bench.forget_departures();
  talk.server_says(kOk);
  EXPECT_TRUE(bench.left(Side::kA).empty());
  EXPECT_EQ(bench.unshaped(UnshapedReason::kNoBuffer), 2U);
}

}  // namespace
}  // namespace weir::test
