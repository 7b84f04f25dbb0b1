#include "impair/portable_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "base/draw.h"
#include "impair/normal_quantile.h"

namespace weir {
namespace {

constexpr double kUlp = 0x1p-52;

TEST(PortableMath, LogarithmIsTheLibrarysWithinTwoUlps) {
  for (std::uint32_t n = 0; n < 100'000; ++n) {
    const double u = (static_cast<double>(draw_bits(1, 0, n) >> 12U) + 0.5) * 0x1p-52;
    for (const double x : {u, 1 + u, u * 1e12, u * u * u}) {
      const double expected = std::log(x);
      ASSERT_NEAR(natural_log(x), expected, 2 * kUlp * std::abs(expected)) << x;
    }
  }
  EXPECT_EQ(natural_log(1.0), 0.0);
  EXPECT_EQ(natural_log(0x1p-53), std::log(0x1p-53));
  EXPECT_EQ(natural_log(1.0 - 0x1p-53), std::log(1.0 - 0x1p-53));
}

TEST(PortableMath, ExponentialIsTheLibrarysWithinTwoUlps) {
  for (std::uint32_t n = 0; n < 100'000; ++n) {
    const double u = unit_interval(draw_bits(2, 0, n)) - 0.5;
    for (const double x : {u, 40 * u, 1400 * u}) {
      const double expected = std::exp(x);
      ASSERT_NEAR(power_of_e(x), expected, 2 * kUlp * expected) << x;
    }
  }
  EXPECT_EQ(power_of_e(0.0), 1.0);
}

TEST(NormalQuantile, IsWhatThePaperPrints) {  // Wichura 1988, the check values of PPND16
  EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-15);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 4e-15);
  EXPECT_NEAR(normal_quantile(1e-20), -9.262340089798408, 1e-14);
}

TEST(NormalQuantile, InvertsTheDistributionFunction) {
  for (double x = -8.2; x <= 5; x += 0.001) {
    const double p = 0.5 * std::erfc(-x / std::sqrt(2.0));
    // What p itself is rounded by moves x by that over the density.
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * 3.14159265358979323846);
    ASSERT_NEAR(normal_quantile(p), x, 1e-14 + 4 * kUlp * p / density) << x;
  }
}

TEST(NormalQuantile, IsOddAndGoesOnWhereItsPiecesMeet) {
  EXPECT_EQ(normal_quantile(0.5), 0.0);
  for (const double p : {0x1p-53, 0x1p-40, 0.03125, 0.25}) EXPECT_EQ(normal_quantile(p), -normal_quantile(1 - p));
  for (const double seam : {0.075, 0.925, std::exp(-25.0)}) {
    const double below = normal_quantile(std::nextafter(seam, 0.0));
    const double above = normal_quantile(std::nextafter(seam, 1.0));
    EXPECT_NEAR(below, above, 1e-14 * std::abs(above));
  }
}

}  // namespace
}  // namespace weir
