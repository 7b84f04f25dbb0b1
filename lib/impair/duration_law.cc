#include "impair/duration_law.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/draw.h"
#include "impair/normal_quantile.h"
#include "impair/portable_math.h"

namespace weir {
namespace {

/// The middle of one of 2^52 equal steps of (0, 1). It is exact, and so is 1 - middle_of_step(bits), which is
/// middle_of_step(~bits); with 53 bits the last step's middle would round to 1.
double middle_of_step(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12U) + 0.5) * 0x1p-52;
}

double normal(std::uint64_t bits) {
  return normal_quantile(middle_of_step(bits));
}

double exponential(std::uint64_t bits) {
  return -natural_log(middle_of_step(~bits));
}

double pareto(std::uint64_t bits) {
  constexpr double kPerDeviation = 1.15470053837925152902;  // 1 / sqrt(3/4)
  const double from_one = power_of_e(exponential(bits) / 3.0);
  return (from_one - 1.5) * kPerDeviation;
}

double pareto_normal(std::uint64_t bits) {
  // 1 / sqrt(1/16 + 9/16 + 3/8 * 0.67835278954999...), the last being the correlation of the two (the integral of
  // x * pareto(x) over the normal density, by Simpson's rule).
  constexpr double kPerDeviation = 1.06637791214632826;
  return (0.25 * normal(bits) + 0.75 * pareto(bits)) * kPerDeviation;
}

/// exp(mu + sigma X) with mean and deviation as asked: sigma^2 = ln(1 + (deviation/mean)^2), exp(mu) = mean / sqrt(1 +
/// (deviation/mean)^2).
double lognormal(double mean, double deviation, std::uint64_t bits) {
  if (mean <= 0.0) return 0.0;
  const double ratio = deviation / mean;
  const double growth = 1.0 + ratio * ratio;
  const double sigma = std::sqrt(natural_log(growth));
  return mean / std::sqrt(growth) * power_of_e(sigma * normal(bits));
}

double interpolated(const DistributionTable& table, std::uint64_t bits) {
  __extension__ using Wide = unsigned __int128;
  constexpr double kScale = 1.0 / 8192;  // NETEM_DIST_SCALE, linux/pkt_sched.h
  const Wide position = Wide{bits} * (table.quantiles.size() - 1);
  const auto left = static_cast<std::size_t>(position >> 64U);  // size - 2 at most
  const double from = table.quantiles[left];
  const double to = table.quantiles[left + 1];
  return (from + (to - from) * unit_interval(static_cast<std::uint64_t>(position))) * kScale;
}

double bell(const DurationLaw& law, std::uint64_t bits) {
  const auto mean = static_cast<double>(law.mean.nanoseconds());
  const auto deviation = static_cast<double>(law.deviation.nanoseconds());
  switch (law.shape) {
    case Shape::kUniform:
      break;
    case Shape::kNormal:
      return mean + deviation * normal(bits);
    case Shape::kPareto:
      return mean + deviation * pareto(bits);
    case Shape::kParetoNormal:
      return mean + deviation * pareto_normal(bits);
    case Shape::kLognormal:
      return lognormal(mean, deviation, bits);
    case Shape::kExponential: {
      const double scale = deviation > 0.0 ? deviation : mean;
      return (mean - scale) + scale * exponential(bits);
    }
    case Shape::kTable:
      return mean + deviation * interpolated(*law.table, bits);
  }
  return mean;
}

/// Whole nanoseconds inside min..max. Compared as doubles first, as a double beyond 2^63 has no integer; and again as
/// integers, as a double beyond 2^53 is not exact.
Duration clamped(const DurationLaw& law, double nanoseconds) {
  const auto min = std::max<std::int64_t>(law.min.nanoseconds(), 0);
  const auto max = law.max.nanoseconds();
  if (!(nanoseconds > static_cast<double>(min))) return Duration(min);
  if (nanoseconds >= static_cast<double>(max)) return Duration(max);
  const auto whole = static_cast<std::int64_t>(nanoseconds + 0.5);
  return Duration(std::clamp(whole, min, max));
}

}  // namespace

Duration DurationLaw::draw(std::uint64_t bits) const {
  if (min == max) return min;
  if (shape == Shape::kUniform) return Duration(uniform_between(min.nanoseconds(), max.nanoseconds(), bits));
  return clamped(*this, bell(*this, bits));
}

DurationLaw bell_in_range(Shape shape, Duration min, Duration max) {
  DurationLaw law{min, max, shape};
  if (shape == Shape::kUniform) return law;
  const std::int64_t width = (max - min).nanoseconds();
  law.deviation = Duration(width / 6 + (width % 6 >= 3 ? 1 : 0));
  const Duration from_min = shape == Shape::kExponential ? law.deviation : Duration(width / 2);
  law.mean = min + from_min;
  return law;
}

}  // namespace weir
