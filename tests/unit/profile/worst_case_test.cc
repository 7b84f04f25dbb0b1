// How much a profile can make weir hold: figures that follow from rate times delay.
#include "profile/worst_case.h"

#include <gtest/gtest.h>

#include <string>

#include "profile/limits.h"
#include "profile/profile.h"

namespace weir {
namespace {

constexpr ByteRate kTenGbit{1'250'000'000};

Rules rules_of(const std::string& text) {
  return compile(parse_profile(text, "p"));
}

TEST(WorstCase, ALatencyHoldsOneDirection) {
  const Rules rules = rules_of("[impair]\nlatency = '100ms'\n");
  EXPECT_EQ(longest_holds(rules), (LongestHolds{Duration(), milliseconds(100)}));
  EXPECT_EQ(frames_held(rules, kTenGbit, kFullFrameBytes), 81'274U) << "125 MB in frames that take 1538 bytes";
  EXPECT_EQ(frames_held(rules, kTenGbit, kSmallFrameBytes), 1'488'095U) << "14.88 million frames a second";
}

TEST(WorstCase, LatencyPerPacketAndDelaysHoldBoth) {
  const Rules rules = rules_of(
      "[impair]\nlatency = { delay = '10ms..20ms', per = 'packet' }\n"
      "[[impair.packet]]\ndirection = 'up'\ndelay = '50ms'\n"
      "[impair.jitter]\nprob = '1%'\nlength = '200ms'\n");
  EXPECT_EQ(longest_holds(rules), (LongestHolds{milliseconds(250), milliseconds(220)}));
}

TEST(WorstCase, RequestsAreHeldUpAndWhatAnOutageDropsIsNotHeld) {
  const Rules rules = rules_of(
      "[impair]\nlatency = { delay = '10ms', hold = 'request' }\n"
      "[impair.jitter]\nprob = '1%'\nlength = '200ms'\nmode = 'drop'\n");
  EXPECT_EQ(longest_holds(rules), (LongestHolds{milliseconds(10), Duration()}));
}

TEST(WorstCase, OfADistributionWithoutEndItIsWhatOneDrawInAMillionExceeds) {
  const Rules normal = rules_of("[impair.latency]\ndelay = '100ms +- 20ms'\ndistribution = 'normal'\n");
  EXPECT_GT(longest_holds(normal).down, milliseconds(195)) << "4.75 deviations";
  EXPECT_LT(longest_holds(normal).down, milliseconds(196));
  const Rules within =
      rules_of("[impair.latency]\ndelay = '100ms +- 20ms'\ndistribution = 'normal'\nwithin = '0..150ms'\n");
  EXPECT_EQ(longest_holds(within).down, milliseconds(150));
}

TEST(WorstCase, TheRuleThatHoldsLongestCounts) {
  const Rules rules = rules_of("[impair]\nlatency = '1ms'\n[[rule]]\nname = 'r'\n[rule.impair]\nlatency = '2s'\n");
  EXPECT_EQ(longest_holds(rules).down, seconds(2));
}

TEST(WorstCase, TheQueueBeforeTheLimiterComesOnTop) {
  const Rules payload = rules_of("[impair]\nspeed = '2MB/s'\n");
  EXPECT_EQ(frames_held(payload, kTenGbit, kFullFrameBytes), 273U) << "400 kB of 1460 bytes each";
  EXPECT_EQ(frames_held(payload, kTenGbit, kSmallFrameBytes), 66'666U) << "6 bytes of payload each";
  const Rules each = rules_of("[impair.speed]\nup = '1Mbit'\ndown = '8Mbit'\naccount = 'wire'\n");
  EXPECT_EQ(frames_held(each, kTenGbit, kFullFrameBytes), 172U) << "64 KiB and 200 kB";
}

TEST(WorstCase, AQueueInBytesOrPacketsAndWhatAFrameCostsMore) {
  const Rules packets = rules_of("[impair.speed]\nrate = '2MB/s'\nqueue = '10 packets'\n");
  EXPECT_EQ(frames_held(packets, kTenGbit, kFullFrameBytes), 10U);
  const Rules bytes = rules_of("[impair.speed]\nrate = '2MB/s'\nqueue = '100kB'\naccount = 'frame'\n");
  EXPECT_EQ(frames_held(bytes, kTenGbit, kFullFrameBytes), 66U);
  const Rules cells = rules_of("[impair.speed]\nrate = '2MB/s'\nqueue = '100kB'\naccount = 'frame'\ncell = '48/53'\n");
  EXPECT_EQ(frames_held(cells, kTenGbit, kFullFrameBytes), 58U) << "32 cells of 53 bytes each";
}

TEST(WorstCase, RulesOwnRatesHaveQueuesOfTheirOwn) {
  const Rules rules = rules_of(
      "[[rule]]\nname = 'r'\nmatch = { server-port = 81 }\n[rule.impair]\n"
      "speed = { rate = '1MB/s', queue = '1s', account = 'frame' }\n");
  EXPECT_EQ(frames_held(rules, kTenGbit, kFullFrameBytes), 660U);
}

TEST(WorstCase, EachPhaseCounts) {
  const auto all = rules_at_worst(parse_profile(
      "[[phase]]\nname = 'a'\nfor = '10s'\n[phase.impair]\nlatency = '5s'\n[[phase]]\nname = 'b'\nfor = '10s'\n", "p"));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(longest_holds(all[0]).down, Duration());
  EXPECT_EQ(longest_holds(all[1]).down, seconds(5));
  EXPECT_EQ(longest_holds(all[2]).down, Duration());
}

TEST(WorstCase, CurvesCountAtTheirHighest) {
  const auto longest = [](const std::string& curve) {
    const auto all =
        rules_at_worst(parse_profile("[[phase]]\nname = 'a'\nfor = '10s'\n[phase.impair]\nlatency = " + curve, "p"));
    return longest_holds(all.at(1)).down;
  };
  EXPECT_EQ(longest("{ from = '400ms', to = '20ms' }\n"), milliseconds(400));
  EXPECT_EQ(longest("{ from = '20ms', to = '400ms' }\n"), milliseconds(400));
  EXPECT_EQ(longest("{ from = '100ms +- 10ms', to = '500ms +- 10ms' }\n"), milliseconds(510));
  EXPECT_EQ(longest("{ sine = '20ms..300ms', period = '1s' }\n"), milliseconds(300));
  EXPECT_EQ(longest("{ walk = '20ms..200ms', by = '1ms' }\n"), milliseconds(200));
}

TEST(WorstCase, TheFastestLinkThatFits) {
  const Rules rules = rules_of("[impair]\nlatency = '100ms'\n");
  const ByteRate fits = fastest_link(rules, 49'152, kFullFrameBytes);
  EXPECT_EQ(fits, ByteRate{755'957'760});
  EXPECT_EQ(frames_held(rules, fits, kFullFrameBytes), 49'152U);
  EXPECT_EQ(fastest_link(Rules(), 49'152, kFullFrameBytes), kFastestRate);
  EXPECT_EQ(fastest_link(rules_of("[impair]\nspeed = '2MB/s'\n"), 49'152, kSmallFrameBytes), ByteRate{});
}

}  // namespace
}  // namespace weir
