#include "profile/impair_flags.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "profile/limits.h"
#include "support/message_of.h"

namespace weir {
namespace {

std::string error_of(const ImpairFlags& flags) {
  return message_of<UsageError>([&flags] { (void)compile(flags, 1); });
}

TEST(ImpairFlags, NoneAskForNothing) {
  const Rules rules = compile({}, 7);
  EXPECT_TRUE(rules.empty());
  EXPECT_EQ(rules.seed, 7U);
}

TEST(ImpairFlags, ASingleLatencyIsMinAndMax) {
  for (const ImpairFlags& flags :
       {ImpairFlags{.latency = "150"}, ImpairFlags{.latency_min = "150"}, ImpairFlags{.latency_max = "150"}}) {
    const Rules rules = compile(flags, 1);
    ASSERT_TRUE(rules.latency);
    EXPECT_EQ(rules.latency->hold.min, milliseconds(150));
    EXPECT_EQ(rules.latency->hold.max, milliseconds(150));
    EXPECT_FALSE(rules.speed || rules.jitter || rules.reset);
  }
}

TEST(ImpairFlags, LatencyRange) {
  const Rules rules = compile({.latency_min = "20", .latency_max = "0.12s"}, 1);
  EXPECT_EQ(rules.latency->hold.min, milliseconds(20));
  EXPECT_EQ(rules.latency->hold.max, milliseconds(120));
}

TEST(ImpairFlags, ALatencyOfZeroIsValid) {
  EXPECT_EQ(compile({.latency = "0"}, 1).latency->hold.max, Duration());
}

TEST(ImpairFlags, LatencyUpToAnHour) {
  EXPECT_EQ(compile({.latency = "3600s"}, 1).latency->hold.max, seconds(3600));
  EXPECT_EQ(error_of({.latency = "3600.1s"}), R"(--latency: "3600.1s" is more than an hour (3600s))");
}

TEST(ImpairFlags, SpeedRangeKeepsTheOtherDefaults) {
  const Rules rules = compile({.speed_min = "1M", .speed_max = "16Mbit"}, 1);
  ASSERT_TRUE(rules.speed);
  EXPECT_EQ(rules.speed->min.bytes_per_second, 1'000'000U);
  EXPECT_EQ(rules.speed->max.bytes_per_second, 2'000'000U);
  EXPECT_EQ(rules.speed->every, seconds(1));
  EXPECT_EQ(rules.speed->queue, milliseconds(200));
}

TEST(ImpairFlags, ASingleSpeedIsMinAndMax) {
  for (const ImpairFlags& flags :
       {ImpairFlags{.speed = "2M"}, ImpairFlags{.speed_min = "2M"}, ImpairFlags{.speed_max = "2M"}}) {
    const Rules rules = compile(flags, 1);
    ASSERT_TRUE(rules.speed);
    EXPECT_EQ(rules.speed->min, ByteRate{2'000'000});
    EXPECT_EQ(rules.speed->max, ByteRate{2'000'000});
  }
}

TEST(ImpairFlags, SpeedBounds) {
  EXPECT_EQ(error_of({.speed = "0"}), R"(--speed: "0" would let nothing pass)");
  EXPECT_EQ(error_of({.speed_min = "0.2"}), R"(--speed-min: "0.2" would let nothing pass)");
  EXPECT_EQ(error_of({.speed = "-5"}), R"(--speed: "-5" is not a rate: it is negative)");
  EXPECT_EQ(error_of({.speed = "401Gbit"}), R"(--speed: "401Gbit" is more than 400 Gbit/s (50G))");
  EXPECT_EQ(compile({.speed = "400Gbit"}, 1).speed->max, kFastestRate);
}

TEST(ImpairFlags, MinAboveMaxNamesBoth) {
  EXPECT_EQ(error_of({.latency_min = "120", .latency_max = "20"}), "--latency-min 120 is more than --latency-max 20");
  EXPECT_EQ(error_of({.speed_min = "2M", .speed_max = "2k"}), "--speed-min 2M is more than --speed-max 2k");
  EXPECT_EQ(error_of({.jitter_prob = "1", .jitter_min = "1s", .jitter_max = "300"}),
            "--jitter-min 1s is more than --jitter-max 300");
}

TEST(ImpairFlags, OneValueBesideABoundContradicts) {
  EXPECT_EQ(error_of({.latency = "5", .latency_min = "1"}),
            "--latency and --latency-min contradict each other: give one value, or a range");
  EXPECT_EQ(error_of({.speed = "5", .speed_max = "9"}),
            "--speed and --speed-max contradict each other: give one value, or a range");
}

TEST(ImpairFlags, JitterNeedsProbabilityAndLength) {
  EXPECT_EQ(error_of({.jitter_prob = "0.4"}),
            "--jitter-prob needs --jitter-min or --jitter-max: how long is an outage?");
  EXPECT_EQ(error_of({.jitter_min = "300"}), "--jitter-min needs --jitter-prob: how likely is an outage?");
  EXPECT_EQ(error_of({.jitter_max = "300"}), "--jitter-max needs --jitter-prob: how likely is an outage?");
  EXPECT_EQ(error_of({.jitter_prob = "4", .jitter_min = "300"}),
            R"(--jitter-prob: "4" is not a probability: it lies outside 0 to 1 (0 % to 100 %))");
}

TEST(ImpairFlags, Jitter) {
  const Rules rules = compile({.jitter_prob = "0.5", .jitter_max = "300"}, 1);
  ASSERT_TRUE(rules.jitter);
  EXPECT_EQ(rules.jitter->share, 0.5);
  EXPECT_TRUE(rules.jitter->probability.strikes((std::uint64_t{1} << 63U) - 1));
  EXPECT_FALSE(rules.jitter->probability.strikes(std::uint64_t{1} << 63U));
  EXPECT_EQ(rules.jitter->stall.min, milliseconds(300));
  EXPECT_EQ(rules.jitter->stall.max, milliseconds(300));
}

TEST(ImpairFlags, ResetEnableAloneIsEachExchange) {
  const Rules rules = compile({.reset_enable = true}, 1);
  ASSERT_TRUE(rules.reset);
  EXPECT_EQ(rules.reset->share, 1.0);
  EXPECT_TRUE(rules.reset->probability.strikes(UINT64_MAX));
}

TEST(ImpairFlags, ResetProbEnables) {
  for (const bool enable : {false, true}) {
    const Rules rules = compile({.reset_prob = "25%", .reset_enable = enable}, 1);
    ASSERT_TRUE(rules.reset);
    EXPECT_EQ(rules.reset->share, 0.25);
  }
  EXPECT_EQ(error_of({.reset_prob = "1.01"}),
            R"(--reset-prob: "1.01" is not a probability: it lies outside 0 to 1 (0 % to 100 %))");
}

TEST(ImpairFlags, ASpeedTakesThePlaceOfARateOfEachConnection) {
  Profile profile;
  profile.impair.own_rate = OwnRate{.rate = ByteRate{1'000}, .per = OwnRate::Per::kConnection};
  override_by({.latency = "5"}, profile);
  EXPECT_TRUE(profile.impair.own_rate);
  override_by({.speed = "2M"}, profile);
  EXPECT_FALSE(profile.impair.own_rate);
  EXPECT_EQ(profile.speed->max, ByteRate{2'000'000});
}

}  // namespace
}  // namespace weir
