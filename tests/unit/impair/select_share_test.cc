// A rule's share of connections: as often as asked, and of each rule by itself. Draws are fixed, so are the results.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "impair/decide.h"
#include "impair/select.h"

namespace weir {
namespace {

constexpr std::uint32_t kConnections = 20'000;

Rules with_shares(const std::vector<double>& shares) {
  Rules rules;
  for (const double share : shares) {
    Match match;
    match.share = share;
    rules.rules.push_back({"rule", match, {}});
  }
  return rules;
}

RuleSet of_connection(const Selector& selector, std::uint64_t seed, std::uint32_t k) {
  ConnectionTriple triple;
  triple.server_port = 80;
  ConnectionFacts facts;
  facts.k = k;
  facts.draw_key = connection_draw_key(seed, triple, k);
  return selector.candidates(facts);
}

/// Pearson's statistic of counts against what was expected.
template <std::size_t kCells>
double chi_square(const std::array<std::uint32_t, kCells>& counted, const std::array<double, kCells>& shares) {
  double sum = 0;
  for (std::size_t i = 0; i < kCells; ++i) {
    const double expected = shares[i] * kConnections;
    sum += (counted[i] - expected) * (counted[i] - expected) / expected;
  }
  return sum;
}

TEST(Share, TakesAsManyConnectionsAsItSays) {
  const std::vector<double> shares{0.01, 0.1, 0.25, 0.5, 0.9};
  const Selector selector{with_shares(shares)};
  for (std::size_t rule = 0; rule < shares.size(); ++rule) {
    std::array<std::uint32_t, 2> counted{};
    for (std::uint32_t k = 0; k < kConnections; ++k) ++counted[of_connection(selector, 1, k) >> rule & 1U];
    EXPECT_LT(chi_square(counted, {1 - shares[rule], shares[rule]}), 10.83) << shares[rule];  // 99.9 %, 1 degree
  }
}

TEST(Share, NoneAndAllAreExact) {
  const Selector selector{with_shares({0, 1})};
  for (std::uint32_t k = 0; k < kConnections; ++k) ASSERT_EQ(of_connection(selector, 1, k), kOnlyDefault | 2U);
}

TEST(Share, RulesDrawIndependently) {
  const Selector selector{with_shares({0.5, 0.5, 0.5})};
  std::array<std::uint32_t, 8> counted{};
  for (std::uint32_t k = 0; k < kConnections; ++k) ++counted[of_connection(selector, 1, k) & 7U];
  std::array<double, 8> even;
  even.fill(1.0 / 8);
  EXPECT_LT(chi_square(counted, even), 24.32);  // 99.9 %, 7 degrees
}

TEST(Share, ConnectionsOfOneTripleDrawIndependently) {
  const Selector selector{with_shares({0.5})};
  std::array<std::uint32_t, 4> counted{};
  for (std::uint32_t k = 0; k < kConnections; ++k) {
    ++counted[(of_connection(selector, 1, k) & 1U) * 2 + (of_connection(selector, 1, k + 1) & 1U)];
  }
  EXPECT_LT(chi_square(counted, {0.25, 0.25, 0.25, 0.25}), 16.27);  // 99.9 %, 3 degrees
}

TEST(Share, SaysNothingAboutWhatIsDrawnForTheConnectionLater) {
  const Selector selector{with_shares({0.5})};
  const ResetRule reset{0.5, Probability(0.5)};
  std::array<std::uint32_t, 4> counted{};
  for (std::uint32_t k = 0; k < kConnections; ++k) {
    ConnectionTriple triple;
    triple.server_port = 80;
    const bool hit = decide_reset(reset, connection_draw_key(1, triple, k), 0).hit;
    ++counted[(of_connection(selector, 1, k) & 1U) * 2 + (hit ? 1U : 0U)];
  }
  EXPECT_LT(chi_square(counted, {0.25, 0.25, 0.25, 0.25}), 16.27);
}

TEST(Share, HangsOnTheSeedAndIsTheSameEachTime) {
  const Selector selector{with_shares({0.5, 0.5})};
  const Selector again{with_shares({0.5, 0.5})};
  std::uint32_t differ = 0;
  for (std::uint32_t k = 0; k < kConnections; ++k) {
    ASSERT_EQ(of_connection(selector, 1, k), of_connection(again, 1, k));
    differ += of_connection(selector, 1, k) != of_connection(selector, 2, k) ? 1U : 0U;
  }
  EXPECT_GT(differ, kConnections / 2);
}

}  // namespace
}  // namespace weir
