// Each law against its closed form: a million draws, Kolmogorov-Smirnov, mean and deviation.
#include "impair/duration_law.h"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/impair/measures.h"

namespace weir {
namespace {

constexpr double kMs = 1e6;
constexpr Duration kHour = seconds(3600);  // far beyond what the laws below draw
const double kRootOf3Quarters = std::sqrt(0.75);

double phi(double x) {  // the standard normal distribution function
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

/// The mean within 0.3 % of the deviation, the deviation within 0.3 % of itself.
void expect_moments(const std::vector<std::int64_t>& drawn, const Moments& expected) {
  const Moments seen = moments_of(drawn);
  EXPECT_NEAR(seen.mean, expected.mean, 0.003 * expected.deviation);
  EXPECT_NEAR(seen.deviation / expected.deviation, 1.0, 0.003);
  ::testing::Test::RecordProperty("deviation_off", std::to_string(seen.deviation / expected.deviation - 1.0));
}

void expect_near_law(double distance, std::size_t draws) {
  EXPECT_LT(distance, ks_limit(draws));
  ::testing::Test::RecordProperty("ks", std::to_string(distance));
}

template <typename Cdf>
void expect_distribution(const std::vector<std::int64_t>& drawn, Cdf cdf) {
  expect_near_law(ks_distance(drawn, cdf), drawn.size());
}

TEST(DurationLaw, Uniform) {
  const auto drawn = sorted_draws({milliseconds(20), milliseconds(120)}, 11);
  expect_distribution(drawn, [](double ns) { return (ns - 20 * kMs) / (100 * kMs); });
  expect_moments(drawn, {70 * kMs, 100 * kMs / std::sqrt(12.0)});
}

TEST(DurationLaw, Normal) {
  const auto drawn = sorted_draws({{}, kHour, Shape::kNormal, milliseconds(100), milliseconds(10)}, 12);
  expect_distribution(drawn, [](double ns) { return phi((ns - 100 * kMs) / (10 * kMs)); });
  expect_moments(drawn, {100 * kMs, 10 * kMs});
}

TEST(DurationLaw, Exponential) {
  const auto drawn = sorted_draws({{}, kHour, Shape::kExponential, milliseconds(40)}, 13);
  expect_distribution(drawn, [](double ns) { return 1 - std::exp(-ns / (40 * kMs)); });
  expect_moments(drawn, {40 * kMs, 40 * kMs});
}

TEST(DurationLaw, ExponentialThatBeginsLater) {
  const auto drawn = sorted_draws({{}, kHour, Shape::kExponential, milliseconds(50), milliseconds(20)}, 14);
  expect_distribution(drawn, [](double ns) { return 1 - std::exp(-(ns - 30 * kMs) / (20 * kMs)); });
  expect_moments(drawn, {50 * kMs, 20 * kMs});
}

TEST(DurationLaw, Lognormal) {
  const auto drawn = sorted_draws({{}, kHour, Shape::kLognormal, milliseconds(50), milliseconds(20)}, 15);
  const double variance = std::log(1 + 0.4 * 0.4);  // of the logarithm
  const double middle = std::log(50 * kMs) - variance / 2;
  expect_distribution(drawn, [=](double ns) { return phi((std::log(ns) - middle) / std::sqrt(variance)); });
  expect_moments(drawn, {50 * kMs, 20 * kMs});
}

// A Pareto distribution of index 3 has no fourth moment, so the deviation of a sample doesn't settle: a million draws
// still miss by a percent or so. The moments are compared where the range cuts at 4 deviations, as iproute2's table
// does.
TEST(DurationLaw, Pareto) {
  const DurationLaw law{{}, milliseconds(140), Shape::kPareto, milliseconds(100), milliseconds(10)};
  const auto drawn = sorted_draws(law, 16);
  const auto to_pareto = [](double ns) { return 1.5 + (ns - 100 * kMs) / (10 * kMs) * kRootOf3Quarters; };
  const double cut = to_pareto(140 * kMs);
  const auto cdf = [=](double ns) { return 1 - std::pow(to_pareto(ns), -3.0); };
  const auto below = std::vector(drawn.begin(), std::lower_bound(drawn.begin(), drawn.end(), 140'000'000));
  const double share_below = 1 - std::pow(cut, -3.0);
  expect_distribution(below, [=](double ns) { return cdf(ns) / share_below; });
  const double at_cut = kMillion * (1 - share_below);
  EXPECT_NEAR(static_cast<double>(drawn.size() - below.size()), at_cut, 3.29 * std::sqrt(at_cut));

  const double mean = 1 + (1 - 1 / (cut * cut)) / 2;  // of min(P, cut)
  const double square = 3 - 2 / cut;
  expect_moments(drawn, {100 * kMs + (mean - 1.5) / kRootOf3Quarters * 10 * kMs,
                         std::sqrt(square - mean * mean) / kRootOf3Quarters * 10 * kMs});
}

/// The quantile of the paretonormal at phi(z), from erfc and pow: independent of what is tested.
double pareto_normal(double z) {
  const double pareto = (std::pow(phi(-z), -1.0 / 3) - 1.5) / kRootOf3Quarters;
  return (0.25 * z + 0.75 * pareto) / 0.93775385687356590;
}

TEST(DurationLaw, ParetoNormal) {
  const DurationLaw law{{}, milliseconds(140), Shape::kParetoNormal, milliseconds(100), milliseconds(10)};
  const auto drawn = sorted_draws(law, 17);
  constexpr double kStep = 1.0 / 4096;
  double distance = 0;
  double sum = 0;
  double squares = 0;
  for (int i = -8 * 4096; i <= 8 * 4096; ++i) {  // the distribution has no closed form, its quantile has
    const double z = i * kStep;
    const double x = std::min(pareto_normal(z), 4.0);
    const double weight = kStep * std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979323846);
    sum += weight * x;
    squares += weight * x * x;
    const auto here = static_cast<std::int64_t>((100 + 10 * x) * kMs);
    const auto at_most = std::upper_bound(drawn.begin(), drawn.end(), here) - drawn.begin();
    if (x < 4.0) distance = std::max(distance, std::abs(static_cast<double>(at_most) / kMillion - phi(z)));
  }
  expect_near_law(distance + 0.4 * kStep, kMillion);  // between two points phi grows by 0.4 steps at most
  expect_moments(drawn, {(100 + 10 * sum) * kMs, 10 * std::sqrt(squares - sum * sum) * kMs});
}

TEST(DurationLaw, ParetoNormalHasTheDeviationAskedFor) {
  double sum = 0;
  double squares = 0;
  constexpr double kStep = 1.0 / 256;
  for (double z = -13; z <= 37; z += kStep) {  // uncut, by the trapezoidal rule
    const double weight = kStep * std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979323846);
    sum += weight * pareto_normal(z);
    squares += weight * pareto_normal(z) * pareto_normal(z);
  }
  EXPECT_NEAR(sum, 0.0, 1e-9);
  EXPECT_NEAR(squares, 1.0, 1e-9);
}

TEST(DurationLaw, TableIsInterpolated) {
  const auto table = std::make_shared<const DistributionTable>(DistributionTable{{-8192, 0, 16'384}});
  const DurationLaw law{{}, kHour, Shape::kTable, milliseconds(100), milliseconds(10), table};
  EXPECT_EQ(law.draw(0), milliseconds(90));
  EXPECT_EQ(law.draw(std::uint64_t{1} << 62U), milliseconds(95));  // u = 1/4
  EXPECT_EQ(law.draw(std::uint64_t{1} << 63U), milliseconds(100));
  EXPECT_EQ(law.draw(std::uint64_t{3} << 62U), milliseconds(110));  // u = 3/4
  EXPECT_EQ(law.draw(UINT64_MAX), milliseconds(120));
  expect_distribution(sorted_draws(law, 18), [](double ns) {
    const double x = (ns - 100 * kMs) / (10 * kMs);
    return x < 0 ? (x + 1) / 2 : 0.5 + x / 4;
  });
}

}  // namespace
}  // namespace weir
