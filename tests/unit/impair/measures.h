// How far draws lie from a law: Kolmogorov-Smirnov, moments, chi-square. Draws are fixed, so a test that passes once
// passes always; the limits are those that random draws would exceed once in a thousand times.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/draw.h"
#include "impair/duration_law.h"

namespace weir {

constexpr std::uint32_t kMillion = 1'000'000;

/// The 99.9 % point of the Kolmogorov-Smirnov distance of n draws (asymptotic; Massey 1951).
inline double ks_limit(std::size_t n) {
  return 1.95 / std::sqrt(static_cast<double>(n));
}

/// The 99.9 % points of chi-square with 1 to 12 degrees of freedom.
inline double chi_square_limit(std::size_t degrees) {
  constexpr std::array<double, 12> kPoints = {10.83, 13.82, 16.27, 18.47, 20.52, 22.46,
                                              24.32, 26.12, 27.88, 29.59, 31.26, 32.91};
  return kPoints.at(degrees - 1);
}

/// A million draws of a law, ascending.
inline std::vector<std::int64_t> sorted_draws(const DurationLaw& law, std::uint64_t key) {
  std::vector<std::int64_t> drawn;
  drawn.reserve(kMillion);
  for (std::uint32_t n = 0; n < kMillion; ++n) drawn.push_back(law.draw(draw_bits(key, 0, n)).nanoseconds());
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

/// The Kolmogorov-Smirnov distance of ascending draws from a distribution function of nanoseconds.
template <typename Cdf>
double ks_distance(const std::vector<std::int64_t>& sorted, Cdf cdf) {
  const auto n = static_cast<double>(sorted.size());
  double distance = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double expected = cdf(static_cast<double>(sorted[i]));
    const auto before = static_cast<double>(i);
    distance = std::max({distance, expected - before / n, (before + 1) / n - expected});
  }
  return distance;
}

struct Moments {
  double mean = 0;
  double deviation = 0;
};

inline Moments moments_of(const std::vector<std::int64_t>& drawn) {
  const auto n = static_cast<double>(drawn.size());
  double sum = 0;
  for (const std::int64_t value : drawn) sum += static_cast<double>(value);
  const double mean = sum / n;
  double squares = 0;
  for (const std::int64_t value : drawn) {
    squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
  }
  return {mean, std::sqrt(squares / n)};
}

/// Chi-square of counts against shares (which sum to 1) of their total.
inline double chi_square(const std::vector<std::uint64_t>& counts, const std::vector<double>& shares) {
  double total = 0;
  for (const std::uint64_t count : counts) total += static_cast<double>(count);
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = total * shares.at(i);
    const double off = static_cast<double>(counts[i]) - expected;
    sum += off * off / expected;
  }
  return sum;
}

}  // namespace weir
