// Single packets: loss, duplication, corruption, reordering and delay through a worker.
#include <gtest/gtest.h>

#include <bit>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

Rules with(const PacketRule& packets) {
  Rules rules;
  rules.packets.push_back(packets);
  return rules;
}

DurationLaw exactly(Duration length) {
  DurationLaw law;
  law.min = law.max = length;
  return law;
}

// A connection that is selected (its request has gone by) and ready to be counted.
Talk begun(SimBench& bench) {
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(1));
  bench.forget_departures();
  return talk;
}

TEST(Packets, ALostFrameIsDroppedByNameAndLogged) {
  PacketRule packets;
  packets.up = false;
  packets.loss = LossModel{.p = 1};
  SimBench bench(with(packets));
  Talk talk = begun(bench);
  talk.server_says(kOk);
  talk.client_says(kGet);
  EXPECT_TRUE(bench.left(Side::kA).empty());
  EXPECT_EQ(bench.left(Side::kB).size(), 1U) << "the other direction is not this rule's";
  EXPECT_EQ(bench.drops(DropReason::kLoss), 1U);
  EXPECT_EQ(bench.decisions().back().event, Event::kLoss);
}

TEST(Packets, OnlyTheNthOfAClassIsLost) {
  PacketRule packets;
  packets.up = false;
  packets.segments = SegmentClass::kData;
  packets.nth = 3;
  packets.loss = LossModel{.p = 1};
  SimBench bench(with(packets));
  Talk talk = begun(bench);
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  for (int i = 0; i < 5; ++i) {
    bench.arrive(Side::kB, talk.from_server().build());  // a bare ACK is no data
    talk.server_says("x");
  }
  ASSERT_EQ(bench.left(Side::kA).size(), 10U);
  EXPECT_EQ(bench.drops(DropReason::kLoss), 1U);
}

TEST(Packets, ASynIsLostWhereTheRuleTakesWhateverIsSpoken) {
  Rules rules;
  Rule rule;
  rule.name = "syn";
  rule.match.traffic = traffic::kTcp;
  PacketRule packets;
  packets.segments = SegmentClass::kSyn;
  packets.loss = LossModel{.p = 1};
  rule.impair.packets.push_back(packets);
  rules.rules.push_back(rule);
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  EXPECT_EQ(bench.drops(DropReason::kLoss), 2U) << "SYN and SYN-ACK";
  EXPECT_EQ(bench.left(Side::kB).size(), 1U) << "the last ACK";
}

TEST(Packets, ADuplicateFollowsItsOriginal) {
  PacketRule packets;
  packets.duplicate = 1;
  packets.up = false;
  SimBench bench(with(packets));
  bench.expect_changes();
  Talk talk = begun(bench);
  talk.server_says(kOk);
  ASSERT_EQ(bench.left(Side::kA).size(), 2U);
  EXPECT_EQ(bench.left(Side::kA)[0].frame, bench.left(Side::kA)[1].frame);
  EXPECT_EQ(bench.counters().duplicated.value(), 1U);
}

TEST(Packets, CorruptionFlipsOneBitBehindTheEthernetHeader) {
  PacketRule packets;
  packets.corrupt = 1;
  packets.up = false;
  SimBench bench(with(packets));
  bench.expect_changes();
  Talk talk = begun(bench);
  const Bytes frame = talk.from_server().flags(tcp_flag::kAck | tcp_flag::kPsh).payload(kOk).build();
  talk.server_says(kOk);
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  const Bytes& left = bench.left(Side::kA)[0].frame;
  ASSERT_EQ(left.size(), frame.size());
  int flipped = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const int bits = std::popcount(std::to_integer<unsigned>(left[i] ^ frame[i]));
    EXPECT_TRUE(bits == 0 || i >= 14);
    flipped += bits;
  }
  EXPECT_EQ(flipped, 1);
}

TEST(Packets, DelayKeepsTheOrder) {
  PacketRule packets;
  packets.delay = DurationLaw{milliseconds(1), milliseconds(50)};
  SimBench bench(with(packets));
  Talk talk = begun(bench);
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 100; ++i) {
    bench.run_for(microseconds(300));
    talk.server_says("x");
  }
  bench.run_for(seconds(1));
  EXPECT_EQ(bench.left(Side::kA).size(), 101U);  // SimBench holds each against the order of arrival
  EXPECT_EQ(bench.counters().delayed.value(), 102U) << "with the request";
}

TEST(Packets, WhatReorderPicksOvertakesWhatWaits) {
  PacketRule packets;
  packets.up = false;
  packets.segments = SegmentClass::kData;
  packets.delay = exactly(milliseconds(10));
  packets.reorder = 1;
  packets.gap = 3;  // each third may overtake
  SimBench bench(with(packets));
  bench.expect_changes();
  Talk talk = begun(bench);
  const Instant arrived_at = bench.now();
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
  talk.server_says("a");
  talk.server_says("b");
  bench.run_for(seconds(1));
  ASSERT_EQ(bench.left(Side::kA).size(), 3U);
  EXPECT_EQ(bench.left(Side::kA)[0].at, arrived_at);
  EXPECT_EQ(bench.left(Side::kA)[0].frame.back(), std::byte{'b'});
  EXPECT_EQ(bench.left(Side::kA)[1].at, arrived_at + milliseconds(10));
  EXPECT_EQ(bench.counters().reordered.value(), 1U);
}

TEST(Packets, LatencyPerPacketHoldsBothDirections) {
  Rules rules;
  rules.latency = LatencyRule{exactly(milliseconds(20)), LatencyRule::Per::kPacket};
  SimBench bench(rules);
  Talk talk = begun(bench);
  const Instant arrived_at = bench.now();
  talk.server_says(kOk);
  talk.client_acknowledges();
  bench.run_for(seconds(1));
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  ASSERT_EQ(bench.left(Side::kB).size(), 1U);
  EXPECT_EQ(bench.left(Side::kA)[0].at, arrived_at + milliseconds(20));
  EXPECT_EQ(bench.left(Side::kB)[0].at, arrived_at + milliseconds(20));
}

TEST(Packets, ALostFirstByteIsHeldWhenItComesAgain) {
  PacketRule packets;
  packets.up = false;
  packets.segments = SegmentClass::kFirstData;
  packets.loss = LossModel{.p = 1};
  Rules rules = with(packets);
  rules.latency = LatencyRule{exactly(milliseconds(500))};
  SimBench bench(rules);
  Talk talk = begun(bench);
  const Instant arrived_at = bench.now();
  talk.server_says(kOk);
  bench.run_for(milliseconds(200));
  talk.server_repeats();
  bench.run_for(seconds(1));
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(bench.left(Side::kA)[0].at, arrived_at + milliseconds(500));
}

}  // namespace
}  // namespace weir::test
