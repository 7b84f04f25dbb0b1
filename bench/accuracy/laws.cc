#include "accuracy/laws.h"

#include <cmath>

namespace weir::bench {
namespace {

constexpr double kMean = 50e6;
constexpr double kDeviation = 10e6;

// By bisection of the distribution function: slow, and nobody's approximation.
double standard_normal_quantile(double u) {
  double low = -9;
  double high = 9;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (std::erfc(-middle / std::sqrt(2.0)) / 2 < u ? low : high) = middle;
  }
  return (low + high) / 2;
}

double standard_pareto_quantile(double u) {
  return (std::pow(1 - u, -1.0 / 3) - 1.5) / std::sqrt(0.75);
}

// 1/4 normal + 3/4 pareto at the same u, scaled to deviation 1: the deviation is summed up over a grid of quantiles. In
// the heavy tail the grid is too coarse, so the variance is put together from those of both and what they share.
double pareto_normal_scale() {
  constexpr int kSteps = 200'000;
  double shared = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double u = (i + 0.5) / kSteps;
    shared += standard_normal_quantile(u) * standard_pareto_quantile(u);
  }
  return 1 / std::sqrt(1.0 / 16 + 9.0 / 16 + 2 * (3.0 / 16) * shared / kSteps);
}

double lognormal_quantile(double u) {
  const double variance = std::log1p(kDeviation * kDeviation / (kMean * kMean));
  return std::exp(std::log(kMean) - variance / 2 + std::sqrt(variance) * standard_normal_quantile(u));
}

DurationLaw bell(Shape shape) {
  return {.min = milliseconds(1),
          .max = milliseconds(100),
          .shape = shape,
          .mean = milliseconds(50),
          .deviation = milliseconds(10)};
}

std::function<double(double)> around_mean(double (*standard)(double), double scale = 1) {
  return [standard, scale](double u) { return kMean + kDeviation * scale * standard(u); };
}

double standard_pareto_normal(double u) {
  return standard_normal_quantile(u) / 4 + standard_pareto_quantile(u) * 3 / 4;
}

std::vector<Law> make_laws() {
  std::vector<Law> all;
  all.push_back(
      {"uniform", {.min = milliseconds(1), .max = milliseconds(100)}, [](double u) { return 1e6 + u * 99e6; }});
  all.push_back({"normal", bell(Shape::kNormal), around_mean(standard_normal_quantile)});
  all.push_back({"pareto", bell(Shape::kPareto), around_mean(standard_pareto_quantile)});
  all.push_back(
      {"paretonormal", bell(Shape::kParetoNormal), around_mean(standard_pareto_normal, pareto_normal_scale())});
  all.push_back({"lognormal", bell(Shape::kLognormal), lognormal_quantile});
  all.push_back({"exponential", bell(Shape::kExponential),
                 [](double u) { return kMean - kDeviation - kDeviation * std::log1p(-u); }});
  return all;
}

}  // namespace

const std::vector<Law>& laws() {
  static const std::vector<Law> all = make_laws();
  return all;
}

Rules each_packet_waits(const Law& law) {
  Rules rules;
  rules.latency = LatencyRule{.hold = law.asked, .per = LatencyRule::Per::kPacket};
  return rules;
}

}  // namespace weir::bench
