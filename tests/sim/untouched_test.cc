// Untouched means untouched: what no impairment selects leaves in the turn in which it came, byte for byte.
#include <gtest/gtest.h>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

Rules everything() {
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(500), milliseconds(500)}};
  rules.speed = SpeedRule{ByteRate{1}, ByteRate{1}};
  rules.jitter = JitterRule{1, Probability(1), {milliseconds(500), milliseconds(500)}};
  rules.reset = ResetRule{1, Probability(1)};
  return rules;
}

std::vector<Bytes> bystanders() {
  const auto v4 = [] { return FrameBuilder().v4("10.9.0.1", "10.9.0.2"); };
  const auto v6 = [] { return FrameBuilder().v6("fd09::1", "fd09::2"); };
  return {
      FrameBuilder().arp("10.9.0.1", "10.9.0.2").build(),
      v4().icmp().payload("ping").build(),
      v6().icmp().payload("ping").build(),
      v4().udp(5'000, 80).payload(kGet).build(),
      v6().udp(5'000, 443).payload("quic").build(),
      v4().fragment(0, true).tcp(40'000, 80).payload(kGet).build(),
      v4().fragment(1'480, false).payload("tail").build(),
      v4().tcp(40'000, 80).seq(7).payload("\x16\x03binary").build(),
      v4().tcp(40'001, 25).seq(7).payload("EHLO bench\r\n").build(),
      FrameBuilder().vlan(100).v4("10.9.0.1", "10.9.0.2").tcp(40'002, 5'432).seq(7).payload("\x00\x00\x00\x08").build(),
      FrameBuilder().qinq(100, 200).v4("10.9.0.1", "10.9.0.2").udp(1, 2).payload("x").build(),
      FrameBuilder().raw(0x88cc).payload("lldp").build(),
      FrameBuilder().raw(0x0027).payload("802.3 spanning tree").build(),
      Bytes(20, std::byte{0xff}),
      Bytes(3, std::byte{0x01}),
      Bytes(1, std::byte{0x00}),
  };
}

class Untouched : public testing::TestWithParam<Side> {};

TEST_P(Untouched, BystandersLeaveAtOnceAndByteForByte) {
  const Side from = GetParam();
  for (const Bytes& frame : bystanders()) {
    SimBench bench(everything());
    bench.arrive(from, frame);
    bench.turn();
    ASSERT_EQ(bench.left(other(from)).size(), 1U);
    EXPECT_EQ(bench.left(other(from))[0].frame, frame);
    EXPECT_EQ(bench.left(other(from))[0].at, Instant(0));
    EXPECT_TRUE(bench.left(from).empty());
  }
}

INSTANTIATE_TEST_SUITE_P(BothWays, Untouched, testing::Values(Side::kA, Side::kB));

TEST(UntouchedRun, WithNothingConfiguredNothingIsEvenParsed) {
  SimBench bench{Rules()};
  for (const Bytes& frame : bystanders()) bench.arrive(Side::kA, frame);
  bench.turn();
  EXPECT_EQ(bench.left(Side::kB).size(), bystanders().size());
}

TEST(UntouchedRun, AHeldFrameLeavesByteForByteToo) {
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(5), milliseconds(5)}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.forget_departures();
  const Bytes response = talk.from_server().flags(tcp_flag::kAck | tcp_flag::kPsh).payload(kOk).pad_to(200).build();
  bench.arrive(Side::kB, response);
  bench.run_for(milliseconds(5));
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.left(Side::kA)[0].frame, response);
}

TEST(NeverInTheWay, AFullTableForwardsUnshapedAndCounts) {
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(5), milliseconds(5)}};
  SimBench bench(rules, 1, {.flows = 2, .held = 64});
  for (std::uint16_t i = 0; i < 3; ++i) {
    Talk talk(bench, static_cast<std::uint16_t>(40'000 + i));
    talk.open();
    talk.client_says(kGet);
    bench.forget_departures();
    talk.server_says(kOk);
    EXPECT_EQ(bench.left(Side::kA).size(), i == 2 ? 1U : 0U) << "the third finds no room: not held";
  }
  EXPECT_GT(bench.unshaped(UnshapedReason::kTableFull), 0U);
}

TEST(NeverInTheWay, APortThatRefusesKeepsItsFramesInLineAndThenDropsByName) {
  SimBench bench{Rules()};
  bench.port(Side::kB).takes = 0;
  const Bytes frame = FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(1, 2).payload("x").build();
  for (int i = 0; i < 1'030; ++i) {
    bench.arrive(Side::kA, frame);
    bench.turn();
  }
  EXPECT_EQ(bench.drops(DropReason::kTxFull), 6U);
  EXPECT_EQ(bench.counters().held.value(), 1'024U);
  bench.port(Side::kB).takes = SIZE_MAX;
  bench.run_for(milliseconds(10));
  EXPECT_EQ(bench.left(Side::kB).size(), 1'024U);
}

TEST(NeverInTheWay, WaitingForAPortCountsAsLateness) {
  SimBench bench{Rules()};
  bench.port(Side::kB).takes = 0;
  bench.arrive(Side::kA, FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(1, 2).payload("x").build());
  bench.poll_until(Instant(0) + milliseconds(10), milliseconds(1));
  bench.port(Side::kB).takes = SIZE_MAX;
  bench.turn();
  EXPECT_EQ(bench.counters().lateness_ns.largest(), 10'000'000U);
}

TEST(NeverInTheWay, HeldFramesAreBoundedAndThoseBeyondDroppedByName) {
  Rules rules;
  rules.latency = LatencyRule{{seconds(1), seconds(1)}};
  SimBench bench(rules, 1, {.flows = 16, .held = 4});
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n");
  for (int i = 0; i < 9; ++i) talk.server_says(std::string(1'000, 'b'));
  EXPECT_EQ(bench.counters().held.value(), 4U);
  EXPECT_EQ(bench.drops(DropReason::kHeldFull), 6U);
}

TEST(NeverInTheWay, WhatIsStillHeldAtTheEndIsCounted) {
  Rules rules;
  rules.latency = LatencyRule{{seconds(60), seconds(60)}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  talk.server_says(kOk);
  bench.worker().abandon_held(bench.now());
  EXPECT_EQ(bench.drops(DropReason::kStopped), 1U);
  EXPECT_EQ(bench.source().in_use(), 0U) << "no buffer leaks";
}

}  // namespace
}  // namespace weir::test
