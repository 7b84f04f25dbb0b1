#include "impair/packet_draws.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <tuple>
#include <vector>

#include "impair/draw_counter.h"
#include "unit/impair/measures.h"

namespace weir {
namespace {

using Kind = LossModel::Kind;

constexpr std::uint32_t kPackets = 200'000;

PacketFate fate_of(const PacketRule& rule, std::uint32_t n, std::uint64_t key = 1, unsigned direction = 0,
                   unsigned rule_number = 0) {
  std::uint8_t state = 0;
  return decide_packet(rule, key, direction, rule_number, n, state);
}

PacketRule losing(double share) {
  PacketRule rule;
  rule.loss = LossModel{.p = share};
  return rule;
}

/// Chi-square of two events of a half each: whether one says something about the other.
template <typename First, typename Second>
void expect_independent(First first, Second second) {
  std::vector<std::uint64_t> counts(4);
  for (std::uint32_t n = 0; n < kPackets; ++n) ++counts[(first(n) ? 2U : 0U) + (second(n) ? 1U : 0U)];
  EXPECT_LT(chi_square(counts, {0.25, 0.25, 0.25, 0.25}), chi_square_limit(3));
}

TEST(PacketDraws, ARuleThatAsksNothingDoesNothing) {
  const PacketFate fate = fate_of({}, 0);
  EXPECT_FALSE(fate.lost || fate.duplicate || fate.corrupt || fate.overtakes);
  EXPECT_EQ(fate.delay, Duration());
  EXPECT_EQ(fate.draw, 0.0);
}

TEST(PacketDraws, EachStrikesWithItsShare) {
  PacketRule rule = losing(0.1);
  rule.duplicate = 0.2;
  rule.corrupt = 0.3;
  rule.reorder = 0.4;
  std::array<std::uint64_t, 5> hits = {};  // packets that got through, and of these the three; lost ones
  for (std::uint32_t n = 0; n < kPackets; ++n) {
    const PacketFate fate = fate_of(rule, n);
    const std::array<bool, 5> seen = {!fate.lost, fate.duplicate, fate.corrupt, fate.overtakes, fate.lost};
    for (std::size_t i = 0; i < seen.size(); ++i) hits[i] += seen[i] ? 1U : 0U;
  }
  EXPECT_LT(chi_square({hits[4], hits[0]}, {0.1, 0.9}), chi_square_limit(1));
  EXPECT_LT(chi_square({hits[1], hits[0] - hits[1]}, {0.2, 0.8}), chi_square_limit(1));
  EXPECT_LT(chi_square({hits[2], hits[0] - hits[2]}, {0.3, 0.7}), chi_square_limit(1));
  EXPECT_LT(chi_square({hits[3], hits[0] - hits[3]}, {0.4, 0.6}), chi_square_limit(1));
}

TEST(PacketDraws, OneAlwaysStrikesAndZeroNever) {
  PacketRule rule;
  rule.duplicate = rule.corrupt = rule.reorder = 1;
  rule.delay = DurationLaw{milliseconds(5), milliseconds(5)};
  for (std::uint32_t n = 0; n < 1000; ++n) {
    const PacketFate fate = fate_of(rule, n);
    EXPECT_TRUE(fate.duplicate && fate.corrupt && fate.overtakes && !fate.lost);
    EXPECT_EQ(fate.delay, Duration());  // skipped
    EXPECT_TRUE(fate_of(losing(1), n).lost);
    EXPECT_FALSE(fate_of(losing(0), n).lost);
  }
}

TEST(PacketDraws, OfALostPacketNothingElseIsDrawn) {
  PacketRule rule = losing(1);
  rule.duplicate = rule.corrupt = rule.reorder = 1;
  rule.delay = DurationLaw{milliseconds(5), milliseconds(5)};
  const PacketFate fate = fate_of(rule, 0);
  EXPECT_TRUE(fate.lost);
  EXPECT_FALSE(fate.duplicate || fate.corrupt || fate.overtakes);
  EXPECT_EQ(fate.delay, Duration());
}

TEST(PacketDraws, TheLoggedDrawIsOfTheFirstThatStruck) {
  PacketRule rule;
  rule.duplicate = 0.5;
  rule.corrupt = 0.25;
  rule.reorder = 0.125;
  for (std::uint32_t n = 0; n < 1000; ++n) {
    const PacketFate fate = fate_of(rule, n);
    const double below = fate.duplicate ? 0.5 : fate.corrupt ? 0.25 : fate.overtakes ? 0.125 : 0.0;
    EXPECT_TRUE(below > 0 ? fate.draw < below : fate.draw == 0.0);
    EXPECT_EQ(fate_of(losing(0.5), n).lost, fate_of(losing(0.5), n).draw > 0.0);
  }
}

TEST(PacketDraws, TheFlippedBitIsUniform) {
  PacketRule rule;
  rule.corrupt = 1;
  std::vector<std::uint64_t> counts(12);
  for (std::uint32_t n = 0; n < kPackets; ++n) ++counts[fate_of(rule, n).corrupt_bit % 12];
  EXPECT_LT(chi_square(counts, std::vector<double>(12, 1.0 / 12)), chi_square_limit(11));
}

TEST(PacketDraws, DelaysFollowTheirLaw) {
  PacketRule rule;
  rule.delay = DurationLaw{milliseconds(20), milliseconds(120)};
  std::vector<std::int64_t> drawn;
  for (std::uint32_t n = 0; n < kPackets; ++n) drawn.push_back(fate_of(rule, n).delay.nanoseconds());
  std::sort(drawn.begin(), drawn.end());
  EXPECT_LT(ks_distance(drawn, [](double ns) { return (ns - 20e6) / 100e6; }), ks_limit(kPackets));
}

TEST(PacketDraws, WithAGapOnlyEachSoManyethPacketMayOvertake) {
  PacketRule rule;
  rule.reorder = 1;
  rule.gap = 5;
  for (std::uint32_t n = 0; n < 100; ++n) EXPECT_EQ(fate_of(rule, n).overtakes, n % 5 == 4) << n;
  rule.reorder = 0.5;
  std::uint64_t hits = 0;
  for (std::uint32_t n = 0; n < kPackets; ++n) {
    const bool overtakes = fate_of(rule, n).overtakes;
    EXPECT_TRUE(!overtakes || n % 5 == 4);
    hits += overtakes ? 1U : 0U;
  }
  EXPECT_LT(chi_square({hits, kPackets / 5 - hits}, {0.5, 0.5}), chi_square_limit(1));
  for (const std::uint32_t any : {0U, 1U}) {
    rule.reorder = 1;
    rule.gap = any;
    EXPECT_TRUE(fate_of(rule, 0).overtakes && fate_of(rule, 3).overtakes);
  }
}

TEST(PacketDraws, OnlyTheNthPacketOrDirectionAskedFor) {
  PacketRule third = losing(1);
  third.nth = 3;
  for (std::uint32_t n = 0; n < 10; ++n) EXPECT_EQ(fate_of(third, n).lost, n == 2);
  PacketRule up = losing(1);
  up.down = false;
  EXPECT_TRUE(fate_of(up, 0, 1, 0).lost);
  EXPECT_FALSE(fate_of(up, 0, 1, 1).lost);
}

TEST(PacketDraws, AChainStepsOnlyWithThePacketsOfItsRule) {
  PacketRule rule;
  rule.loss = LossModel{.kind = Kind::kGilbertElliott, .p = 1, .r = 0};
  rule.up = false;
  std::uint8_t state = 0;
  EXPECT_FALSE(decide_packet(rule, 1, 0, 0, 0, state).lost);
  EXPECT_EQ(state, 0);
  EXPECT_FALSE(decide_packet(rule, 1, 1, 0, 0, state).lost);  // in the good state still
  EXPECT_EQ(state, 1);
  EXPECT_TRUE(decide_packet(rule, 1, 1, 0, 1, state).lost);
}

TEST(PacketDraws, ConnectionsDirectionsAndRulesDrawIndependently) {
  const PacketRule rule = losing(0.5);
  const auto lost = [&](std::uint64_t key, unsigned direction, unsigned number) {
    return [=, &rule](std::uint32_t n) { return fate_of(rule, n, key, direction, number).lost; };
  };
  expect_independent(lost(1, 0, 0), lost(2, 0, 0));
  expect_independent(lost(1, 0, 0), lost(1, 1, 0));
  expect_independent(lost(1, 0, 0), lost(1, 0, 1));
  expect_independent(lost(1, 0, 0), [&](std::uint32_t n) { return lost(1, 0, 0)(n + 1); });
}

TEST(PacketDraws, ImpairmentsDrawIndependently) {
  PacketRule rule;
  rule.duplicate = rule.corrupt = rule.reorder = 0.5;
  rule.delay = DurationLaw{milliseconds(0), milliseconds(100)};
  PacketRule delayed;
  delayed.delay = rule.delay;
  const auto duplicate = [&](std::uint32_t n) { return fate_of(rule, n).duplicate; };
  const auto corrupt = [&](std::uint32_t n) { return fate_of(rule, n).corrupt; };
  const auto overtakes = [&](std::uint32_t n) { return fate_of(rule, n).overtakes; };
  const auto late = [&](std::uint32_t n) { return fate_of(delayed, n).delay > milliseconds(50); };
  const auto lost = [&](std::uint32_t n) { return fate_of(losing(0.5), n).lost; };
  expect_independent(duplicate, corrupt);
  expect_independent(corrupt, overtakes);
  expect_independent(overtakes, late);
  expect_independent(late, lost);
  expect_independent(lost, duplicate);
}

TEST(PacketDraws, TheSameInAnyOrder) {
  PacketRule rule = losing(0.3);
  rule.duplicate = rule.corrupt = rule.reorder = 0.3;
  rule.delay = DurationLaw{{}, seconds(1), Shape::kNormal, milliseconds(100), milliseconds(20)};
  const auto all_of = [](const PacketFate& fate) {
    return std::tuple(fate.lost, fate.duplicate, fate.corrupt, fate.overtakes, fate.delay, fate.corrupt_bit, fate.draw);
  };
  std::vector<decltype(all_of({}))> forward;
  for (std::uint32_t n = 0; n < 1000; ++n) forward.push_back(all_of(fate_of(rule, n)));
  for (std::uint32_t n = 1000; n-- > 0;) EXPECT_EQ(all_of(fate_of(rule, n)), forward[n]);
}

TEST(DrawCounter, NoTwoDrawsShareACounter) {
  std::set<std::uint64_t> seen;
  std::size_t draws = 0;
  for (const std::uint32_t rule_number : {0U, 1U, 255U, 256U, 65'536U, UINT32_MAX}) {
    for (const std::uint8_t direction : {std::uint8_t{0}, std::uint8_t{1}}) {
      for (unsigned impairment = 1; impairment <= 10; ++impairment) {
        for (unsigned aspect = 0; aspect < 4; ++aspect) {
          for (const std::uint32_t n : {0U, 1U, 255U, 256U, 65'536U, UINT32_MAX}) {
            seen.insert(bits_for(1, static_cast<Impairment>(impairment), static_cast<Aspect>(aspect), n,
                                 {direction, rule_number}));
            ++draws;
          }
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), draws);
}

// What a seed means: the counters of what was drawn before there were packet rules are where they were.
TEST(DrawCounter, WhatASeedMeansStays) {
  EXPECT_EQ(bits_for(5, Impairment::kJitter, Aspect::kStrike, 7), draw_bits(5, 3U << 8U, 7));
  EXPECT_EQ(bits_for(5, Impairment::kLatency, Aspect::kLength, 7), draw_bits(5, 1U << 8U | 1U, 7));
  EXPECT_EQ(bits_for(5, Impairment::kDelay, Aspect::kLength, 7, {1, 3}),
            draw_bits(5, 1U << 16U | 9U << 8U | 1U, std::uint64_t{3} << 32U | 7U));
}

}  // namespace
}  // namespace weir
