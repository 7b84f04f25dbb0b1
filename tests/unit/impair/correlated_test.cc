// Draws with netem's correlation: against its recurrence, step by step.
#include "impair/correlated.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/draw.h"
#include "impair/draw_counter.h"
#include "impair/packet_draws.h"

namespace weir {
namespace {

std::uint64_t bits_of(std::uint32_t n) {
  return draw_bits(7, 1, n);
}

TEST(Correlated, NoneIsTheDrawItself) {
  for (std::uint32_t n = 0; n < 100; ++n) EXPECT_EQ(correlated_bits(0, n, bits_of), bits_of(n));
  EXPECT_EQ(correlated_bits(0.5, 0, bits_of) >> 32U, bits_of(0) >> 32U) << "nothing lies before the first";
}

/// x_n = (1 - rho) u_n + rho x_{n-1}, all the way from the first packet.
TEST(Correlated, IsNetemsRecurrenceToOneInSixtyFiveThousand) {
  for (const double rho : {0.01, 0.25, 0.5, 0.9, kMostCorrelation}) {
    double x = std::ldexp(static_cast<double>(bits_of(0)), -64);
    for (std::uint32_t n = 1; n < 2'000; ++n) {
      x = (1 - rho) * std::ldexp(static_cast<double>(bits_of(n)), -64) + rho * x;
      const double drawn = std::ldexp(static_cast<double>(correlated_bits(rho, n, bits_of)), -64);
      ASSERT_LT(std::abs(drawn - x), 0x1p-16 + 0x1p-24) << rho << " " << n;
    }
  }
}

TEST(Correlated, WorkIsBounded) {
  unsigned draws = 0;
  const auto counting = [&draws](std::uint32_t n) {
    ++draws;
    return bits_of(n);
  };
  (void)correlated_bits(kMostCorrelation, 4'000'000'000U, counting);
  EXPECT_EQ(draws, 218U);
}

TEST(Correlated, DelaysFollowEachOther) {
  PacketRule rule;
  rule.delay = DurationLaw{milliseconds(0), milliseconds(100)};
  const auto steps = [&rule](double rho) {
    rule.correlation.delay = rho;
    std::int64_t sum = 0;
    std::int64_t before = 0;
    for (std::uint32_t n = 0; n < 10'000; ++n) {
      std::uint8_t state = 0;
      const std::int64_t delay = decide_packet(rule, 5, 0, 0, n, state).delay.nanoseconds();
      if (n > 0) sum += std::abs(delay - before);
      before = delay;
    }
    return sum;
  };
  EXPECT_GT(steps(0), 5 * steps(0.9)) << "the same draws each time: no chance in it";
}

TEST(Correlated, EachPacketOfARuleIsStillAFunctionOfItsNumber) {
  PacketRule rule;
  rule.loss = LossModel{.p = 0.3};
  rule.duplicate = rule.corrupt = 0.4;
  rule.correlation = {.loss = 0.2, .duplicate = 0.3, .corrupt = 0.4};
  std::vector<bool> forwards;
  std::vector<bool> backwards(100);
  std::uint8_t state = 0;
  for (std::uint32_t n = 0; n < 100; ++n) forwards.push_back(decide_packet(rule, 5, 1, 2, n, state).lost);
  for (std::uint32_t n = 100; n-- > 0;) backwards[n] = decide_packet(rule, 5, 1, 2, n, state).lost;
  EXPECT_EQ(forwards, backwards);
}

}  // namespace
}  // namespace weir
