#include "impair/decide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace weir {
namespace {

ConnectionTriple triple() {
  using std::byte;
  return {IpAddress::v4({byte{10}, byte{9}, byte{0}, byte{1}}), IpAddress::v4({byte{10}, byte{9}, byte{0}, byte{2}}),
          80};
}

TEST(Decide, LatencyOfOneValueIsThatValue) {
  const LatencyRule rule{{milliseconds(150), milliseconds(150)}};
  for (std::uint32_t n = 0; n < 100; ++n) EXPECT_EQ(decide_latency(rule, n * 7919U, n), milliseconds(150));
}

TEST(Decide, LatencyFollowsTheUniformLaw) {
  const LatencyRule rule{{milliseconds(20), milliseconds(120)}};
  constexpr std::uint32_t kDraws = 100'000;
  std::vector<double> drawn;
  for (std::uint32_t n = 0; n < kDraws; ++n) {
    drawn.push_back((static_cast<double>(decide_latency(rule, 1, n).nanoseconds()) - 20e6) / 100e6);
  }
  std::sort(drawn.begin(), drawn.end());
  double distance = 0;  // Kolmogorov-Smirnov
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    distance = std::max({distance, std::abs(drawn[i] - static_cast<double>(i) / kDraws),
                         std::abs(drawn[i] - static_cast<double>(i + 1) / kDraws)});
  }
  EXPECT_GE(drawn.front(), 0.0);
  EXPECT_LE(drawn.back(), 1.0);
  EXPECT_LT(distance, 1.95 / std::sqrt(double{kDraws}));  // the 99.9 % point; the draws are fixed
}

TEST(Decide, ResetStrikesWithItsShareOfConnections) {
  const ResetRule rule{0.5, Probability(0.5)};
  int hits = 0;
  for (std::uint32_t k = 0; k < 10'000; ++k) {
    const Struck struck = decide_reset(rule, connection_draw_key(1, triple(), k), 0);
    EXPECT_EQ(struck.hit, struck.draw < 0.5);
    hits += struck.hit ? 1 : 0;
  }
  EXPECT_NEAR(hits, 5'000, 3.29 * 50);  // binomial, 99.9 %; the draws are fixed
}

TEST(Decide, JitterStallsForALengthInItsRange) {
  const JitterRule rule{0.4, Probability(0.4), {milliseconds(100), milliseconds(300)}};
  int hits = 0;
  for (std::uint32_t n = 0; n < 10'000; ++n) {
    const Struck struck = decide_jitter(rule, 5, n);
    hits += struck.hit ? 1 : 0;
    EXPECT_GE(struck.length, milliseconds(100));
    EXPECT_LE(struck.length, milliseconds(300));
  }
  EXPECT_NEAR(hits, 4'000, 3.29 * 49);
}

TEST(Decide, ImpairmentsDrawIndependently) {
  // The same connection and event: whether it is reset says nothing about how long it waits.
  const ResetRule reset{0.5, Probability(0.5)};
  const JitterRule jitter{0.5, Probability(0.5), {milliseconds(1), milliseconds(2)}};
  int both = 0;
  for (std::uint32_t k = 0; k < 10'000; ++k) {
    const std::uint64_t key = connection_draw_key(1, triple(), k);
    both += decide_reset(reset, key, 0).hit && decide_jitter(jitter, key, 0).hit ? 1 : 0;
  }
  EXPECT_NEAR(both, 2'500, 3.29 * 43.3);
}

TEST(Decide, TheKeyDependsOnSeedTripleAndK) {
  const std::uint64_t key = connection_draw_key(1, triple(), 0);
  EXPECT_EQ(key, connection_draw_key(1, triple(), 0));
  EXPECT_NE(key, connection_draw_key(2, triple(), 0));
  EXPECT_NE(key, connection_draw_key(1, triple(), 1));
  ConnectionTriple other_port = triple();
  other_port.server_port = 81;
  EXPECT_NE(key, connection_draw_key(1, other_port, 0));
}

}  // namespace
}  // namespace weir
