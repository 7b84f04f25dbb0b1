// Latency: the frame with the first byte of a response waits; nothing behind it in its direction overtakes it.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "impair/decide.h"
#include "support/sim_bench.h"

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

using Frames = std::vector<Bytes>;

// A server's ACK behind a response that is held, as the server sends it, and as it leaves. Dressed alike, so that the
// two differ in what weir changes and in nothing else.
struct PastHeld {
  std::string name;
  FrameBuilder arrives;
  FrameBuilder leaves;
};

// `expected`: the number that the client waits for; the ACK's own lies behind the response.
std::vector<PastHeld> acks_past_held(const FrameBuilder& ack, std::uint32_t expected) {
  const FrameBuilder moved = FrameBuilder(ack).seq(expected);
  const auto both = [&](std::string name, auto&& dress) {
    PastHeld pair{std::move(name), ack, moved};
    dress(pair.arrives);
    dress(pair.leaves);
    return pair;
  };
  constexpr unsigned kEceCwrPush = 0x40U | 0x80U | 0x08U | 0x10U;
  return {
      both("window", [](FrameBuilder& frame) { frame.window(1'234); }),
      both("SACK", [](FrameBuilder& frame) { frame.sack(2'000, 3'000); }),
      both("DSCP and ECN", [](FrameBuilder& frame) { frame.dscp(46, 3); }),
      both("every flag of congestion", [](FrameBuilder& frame) { frame.flags(kEceCwrPush); }),
      both("padding", [](FrameBuilder& frame) { frame.pad_to(80); }),
      both("options of IP", [](FrameBuilder& frame) { frame.ip_options(8); }),
      both("an older timestamp", [](FrameBuilder& frame) { frame.timestamps(99, 9).sack(2'000, 3'000); }),
      {"a newer timestamp", FrameBuilder(ack).timestamps(1'100, 9).sack(2'000, 3'000),
       FrameBuilder(moved).timestamps(100, 9).sack(2'000, 3'000)},
  };
}

// Sends one ACK of the server 1 s behind the first byte of a response that is held for 5 s.
class HeldResponse {
 public:
  explicit HeldResponse(bool v6 = false) : talk_(bench_, 40'000, v6) {
    talk_.open();
    talk_.client_says(kGet);
    bench_.forget_departures();
    expected_ = talk_.server_next;
    held_ = dressed().timestamps(100, 7).payload(kOk).build();
    bench_.arrive(Side::kB, held_);
    talk_.server_next += static_cast<std::uint32_t>(kOk.size());
    bench_.run_for(seconds(1));
  }
  [[nodiscard]] FrameBuilder dressed() const { return talk_.from_server(); }
  [[nodiscard]] std::uint32_t expected() const { return expected_; }

  /// What has left by the end of the turn in which the frame came, and then by the end of the hold.
  Frames left_at_once(const Bytes& frame) {
    bench_.arrive(Side::kB, frame);
    bench_.turn();
    return left();
  }
  Frames left_in_the_end() {
    bench_.run_for(seconds(5));
    return left();
  }
  [[nodiscard]] const Bytes& held() const { return held_; }
  [[nodiscard]] const WorkerCounters& counters() const { return bench_.counters(); }

 private:
  [[nodiscard]] Frames left() const {
    Frames frames;
    for (const Departure& departure : bench_.left(Side::kA)) frames.push_back(departure.frame);
    return frames;
  }
  SimBench bench_{hold_for(seconds(5), seconds(5))};
  Talk talk_;
  std::uint32_t expected_ = 0;
  Bytes held_;
};

TEST(Latency, ABareAckGoesOnAtOnceAsItCameButForItsNumber) {
  const HeldResponse any;
  for (const PastHeld& pair : acks_past_held(any.dressed(), any.expected())) {
    SCOPED_TRACE(pair.name);
    HeldResponse response;
    const Bytes leaves = pair.leaves.build();
    EXPECT_EQ(response.left_at_once(pair.arrives.build()), Frames{leaves});
    EXPECT_EQ(response.counters().absorbed.value(), 1U);
    EXPECT_EQ(response.counters().injected.value(), 1U);
    EXPECT_EQ(response.left_in_the_end(), (Frames{leaves, response.held()}));
  }
}

TEST(Latency, ABareAckKeepsWhatIpv6SaysOfIt) {
  HeldResponse response(true);
  const auto dressed = [&] { return response.dressed().dscp(10, 1).extension(60, 16).sack(7, 9); };
  const Bytes leaves = dressed().seq(response.expected()).build();
  EXPECT_EQ(response.left_at_once(dressed().build()), Frames{leaves});
}

TEST(Latency, ABareAckWithABrokenChecksumStaysBroken) {
  HeldResponse response;
  constexpr std::size_t kChecksum = 14 + 20 + 16;
  Bytes arrives = response.dressed().build();
  Bytes leaves = response.dressed().seq(response.expected()).build();
  leaves[kChecksum] ^= std::byte{1};
  arrives[kChecksum] ^= std::byte{1};
  const Frames left = response.left_at_once(arrives);
  ASSERT_EQ(left.size(), 1U);
  TcpSegment facts;
  ASSERT_EQ(parse_frame(left[0], facts), FrameKind::kTcp);
  EXPECT_FALSE(checksums_hold(left[0], facts));
}

// Nothing under a signature (RFC 2385, RFC 5925) may be changed, and an urgent pointer counts from the number.
TEST(Latency, ABareAckWaitsWhereItsNumberMayNotBeChanged) {
  const HeldResponse any;
  constexpr std::array<std::uint8_t, 18> kMd5{19, 18, 1, 2, 3};
  constexpr std::array<std::uint8_t, 16> kAuthentication{29, 16, 1, 2, 3};
  const std::array<Bytes, 3> acks{any.dressed().tcp_option(kMd5).build(),
                                  any.dressed().tcp_option(kAuthentication).build(),
                                  any.dressed().flags(tcp_flag::kAck | tcp_flag::kUrg).build()};
  for (const Bytes& ack : acks) {
    HeldResponse response;
    EXPECT_TRUE(response.left_at_once(ack).empty());
    EXPECT_EQ(response.left_in_the_end(), (Frames{response.held(), ack}));
    EXPECT_EQ(response.counters().absorbed.value(), 0U);
  }
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
