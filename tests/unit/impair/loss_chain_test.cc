#include "impair/loss_chain.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "unit/impair/measures.h"

namespace weir {
namespace {

using Kind = LossModel::Kind;

/// A million steps from state 0.
struct Walk {
  std::vector<std::uint8_t> states = {0};  // before each packet, and after the last
  std::vector<bool> lost;

  Walk(const LossModel& model, std::uint64_t key) {
    for (std::uint32_t n = 0; n < kMillion; ++n) {
      const LossStep one = step(model, states.back(), draw_bits(key, 0, n), draw_bits(key, 1, n));
      states.push_back(one.state);
      lost.push_back(one.lost);
    }
  }
  [[nodiscard]] double losses() const { return static_cast<double>(std::count(lost.begin(), lost.end(), true)); }

  /// Chi-square of the transitions out of one state against their probabilities; where those are 0 there must be none.
  void expect_transitions(std::uint8_t from, const std::vector<double>& shares) const {
    std::vector<std::uint64_t> counts(shares.size());
    for (std::size_t i = 0; i + 1 < states.size(); ++i) counts[states[i + 1]] += states[i] == from ? 1U : 0U;
    std::vector<std::uint64_t> possible;
    std::vector<double> possible_shares;
    for (std::size_t to = 0; to < shares.size(); ++to) {
      if (shares[to] == 0) {
        EXPECT_EQ(counts[to], 0U) << int{from} << " to " << to;
        continue;
      }
      possible.push_back(counts[to]);
      possible_shares.push_back(shares[to]);
    }
    if (possible.size() < 2) return;
    EXPECT_LT(chi_square(possible, possible_shares), chi_square_limit(possible.size() - 1)) << int{from};
  }

  /// Chi-square of the lengths of bursts of losses against a geometric law: one more with probability `stays`.
  void expect_geometric_bursts(double stays, std::size_t longest) const {
    std::vector<std::uint64_t> counts(longest + 1);  // the last: any longer one
    std::size_t length = 0;
    for (const bool was_lost : lost) {
      if (!was_lost && length > 0) ++counts[std::min(length, longest + 1) - 1];
      length = was_lost ? length + 1 : 0;
    }
    std::vector<double> shares;
    for (std::size_t k = 0; k < longest; ++k) shares.push_back(std::pow(stays, double(k)) * (1 - stays));
    shares.push_back(std::pow(stays, double(longest)));
    EXPECT_LT(chi_square(counts, shares), chi_square_limit(longest));
  }
};

TEST(LossChain, BernoulliLosesItsShareInEveryBlock) {
  const Walk walk({.kind = Kind::kBernoulli, .p = 0.2}, 21);
  constexpr std::size_t kBlock = 10;
  std::vector<std::uint64_t> counts(7);  // blocks with 0 ... 5 losses, and with more
  for (std::size_t i = 0; i < kMillion; i += kBlock) {
    const auto begin = walk.lost.begin() + static_cast<std::ptrdiff_t>(i);
    ++counts[std::min<std::size_t>(6, static_cast<std::size_t>(std::count(begin, begin + kBlock, true)))];
  }
  std::vector<double> shares;
  for (int k = 0; k < 6; ++k) {
    const double choose = std::tgamma(11.0) / std::tgamma(k + 1.0) / std::tgamma(11.0 - k);
    shares.push_back(choose * std::pow(0.2, k) * std::pow(0.8, 10 - k));
  }
  shares.push_back(1 - std::accumulate(shares.begin(), shares.end(), 0.0));
  EXPECT_LT(chi_square(counts, shares), chi_square_limit(6));
  walk.expect_geometric_bursts(0.2, 6);
}

TEST(LossChain, BernoulliComparesWithTheDrawInTheLog) {
  const LossModel model{.p = 0.5};
  const LossStep hit = step(model, 0, (std::uint64_t{1} << 63U) - 1, 0);
  const LossStep miss = step(model, 0, std::uint64_t{1} << 63U, 0);
  EXPECT_TRUE(hit.lost && hit.draw < 0.5);
  EXPECT_TRUE(!miss.lost && miss.draw == 0.5);
}

TEST(LossChain, SimpleGilbertLosesInGeometricBursts) {
  const LossModel model{.kind = Kind::kGilbertElliott, .p = 0.02, .r = 0.4};
  const Walk walk(model, 22);
  walk.expect_transitions(0, {0.98, 0.02});
  walk.expect_transitions(1, {0.4, 0.6});
  walk.expect_geometric_bursts(0.6, 10);
  for (std::size_t i = 0; i < kMillion; ++i) ASSERT_EQ(walk.lost[i], walk.states[i] == 1);  // of the state before
  EXPECT_FALSE(takes_second_draw(model, 0) || takes_second_draw(model, 1));
}

TEST(LossChain, GilbertElliottLosesItsStationaryShare) {
  const LossModel model{.kind = Kind::kGilbertElliott, .p = 0.05, .r = 0.25, .lost_in_bad = 0.7, .lost_in_good = 0.01};
  const Walk walk(model, 23);
  walk.expect_transitions(0, {0.95, 0.05});
  walk.expect_transitions(1, {0.25, 0.75});
  const double bad = 0.05 / (0.05 + 0.25);
  const double share = bad * 0.7 + (1 - bad) * 0.01;
  // The variance of a sum over a two-state chain: each packet's own, and what neighbours share, which dies out by
  // 1 - p - r a packet.
  const double stays = 1 - 0.05 - 0.25;
  const double shared = bad * (1 - bad) * (0.7 - 0.01) * (0.7 - 0.01);
  const double variance = share * (1 - share) + 2 * shared * stays / (1 - stays);
  EXPECT_NEAR(walk.losses(), share * kMillion, 3.29 * std::sqrt(variance * kMillion));
  // In each state, losses strike with that state's probability, whatever the transition.
  std::array<std::array<std::uint64_t, 2>, 2> by_state = {};
  for (std::size_t i = 0; i < kMillion; ++i) ++by_state[walk.states[i]][walk.lost[i] ? 1 : 0];
  EXPECT_LT(chi_square({by_state[0][0], by_state[0][1]}, {0.99, 0.01}), chi_square_limit(1));
  EXPECT_LT(chi_square({by_state[1][0], by_state[1][1]}, {0.3, 0.7}), chi_square_limit(1));
}

TEST(LossChain, FourStatesLoseSalsanosShare) {
  const LossModel model{.kind = Kind::kFourState, .p13 = 0.03, .p31 = 0.2, .p32 = 0.3, .p23 = 0.6, .p14 = 0.01};
  const Walk walk(model, 24);
  walk.expect_transitions(0, {0.96, 0, 0.03, 0.01});
  walk.expect_transitions(1, {0, 0.4, 0.6, 0});
  walk.expect_transitions(2, {0.2, 0.3, 0.5, 0});
  walk.expect_transitions(3, {1, 0, 0, 0});
  for (std::size_t i = 0; i < kMillion; ++i) ASSERT_EQ(walk.lost[i], walk.states[i + 1] >= 2);  // of the state after
  // Out of the balance of the chain: pi_3 p31 = pi_1 p13, pi_2 p23 = pi_3 p32, pi_4 = pi_1 p14 (the paper's numbers).
  const double burst = 0.03 / 0.2;
  const double share = (burst + 0.01) / (1 + burst + burst * 0.3 / 0.6 + 0.01);
  EXPECT_NEAR(walk.losses() / kMillion / share, 1.0, 0.01);
}

TEST(LossChain, IsolatedLossesStayAlone) {
  const Walk walk({.kind = Kind::kFourState, .p14 = 0.1}, 25);
  walk.expect_transitions(0, {0.9, 0, 0, 0.1});
  for (std::size_t i = 1; i < kMillion; ++i) ASSERT_FALSE(walk.lost[i - 1] && walk.lost[i]);
}

TEST(LossChain, ZeroNeverStrikesAndOneAlwaysDoes) {
  for (const std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{1} << 63U, UINT64_MAX}) {
    EXPECT_FALSE(step({.p = 0}, 0, bits, bits).lost);
    EXPECT_TRUE(step({.p = 1}, 0, bits, bits).lost);
    const LossModel never{.kind = Kind::kGilbertElliott};
    const LossModel ever{.kind = Kind::kGilbertElliott, .p = 1, .r = 0, .lost_in_good = 1};
    EXPECT_FALSE(step(never, 0, bits, bits).lost);
    EXPECT_EQ(step(never, 1, bits, bits).state, 1);
    EXPECT_TRUE(step(ever, 0, bits, bits).lost);
    EXPECT_EQ(step(ever, 0, bits, bits).state, 1);
    EXPECT_EQ(step({.kind = Kind::kFourState, .p23 = 0}, 0, bits, bits).state, 0);
    EXPECT_EQ(step({.kind = Kind::kFourState, .p13 = 1, .p23 = 0}, 0, bits, bits).state, 2);
    EXPECT_EQ(step({.kind = Kind::kFourState, .p13 = 1, .p14 = 1}, 0, bits, bits).state, 3);
  }
}

TEST(LossChain, AnyStateOfAnotherModelIsTaken) {
  const LossModel gilbert{.kind = Kind::kGilbertElliott, .p = 0.5, .r = 0.5};
  const LossModel four{.kind = Kind::kFourState, .p13 = 0.5, .p31 = 0.5};
  for (unsigned state = 0; state < 256; ++state) {
    EXPECT_LE(step(gilbert, static_cast<std::uint8_t>(state), state * 7919, 0).state, 1);
    EXPECT_LE(step(four, static_cast<std::uint8_t>(state), state * 7919, 0).state, 3);
  }
}

}  // namespace
}  // namespace weir
