// Logarithm and exponential out of IEEE 754's exact operations alone (+ - * /, no libm), so that a draw is the same
// number on every machine: glibc picks other code on a CPU with FMA, and its last bit differs. The hot rooms are
// compiled with -ffp-contract=off for the same reason. Both are within 2 units in the last place or so.
// Pure; any thread.
#pragma once

#include <bit>
#include <cstdint>

namespace weir {

// ln 2 in two parts (fdlibm, e_log.c): the first has 32 bits, so that its product with an exponent is exact.
inline constexpr double kLn2High = 6.93147180369123816490e-01;
inline constexpr double kLn2Low = 1.90821492927058770002e-10;

/// ln x of a normal, positive, finite x.
[[nodiscard]] inline double natural_log(double x) {
  constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52U) - 1;
  constexpr double kSqrt2 = 1.41421356237309504880;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<std::int64_t>(bits >> 52U) - 1023;
  auto m = std::bit_cast<double>((bits & kMantissa) | std::bit_cast<std::uint64_t>(1.0));
  if (m > kSqrt2) {
    m *= 0.5;
    ++exponent;
  }
  // ln m = 2 artanh s, s = (m - 1) / (m + 1), |s| < 0.1716: the series in z = s^2 is cut where a term is below 2^-55.
  // Summed in pairs (Estrin), as one chain of twelve would take twice as long.
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  const double z2 = z * z;
  const double z4 = z2 * z2;
  const double low = (z * (1.0 / 3) + z2 * (1.0 / 5)) + z2 * (z * (1.0 / 7) + z2 * (1.0 / 9));
  const double middle = (z * (1.0 / 11) + z2 * (1.0 / 13)) + z2 * (z * (1.0 / 15) + z2 * (1.0 / 17));
  const double high = z * (1.0 / 19) + z2 * (1.0 / 21);
  const double tail = low + z4 * (middle + z4 * high);
  const auto e = static_cast<double>(exponent);
  return e * kLn2High + (e * kLn2Low + 2.0 * s * tail + 2.0 * s);
}

/// e to the power of x, |x| <= 700.
[[nodiscard]] inline double power_of_e(double x) {
  constexpr double kPerLn2 = 1.44269504088896338700;
  const auto k = static_cast<std::int64_t>(x * kPerLn2 + (x < 0 ? -0.5 : 0.5));
  const auto n = static_cast<double>(k);
  const double r = (x - n * kLn2High) - n * kLn2Low;  // |r| < 0.3467
  // The exponential series, in pairs, until a term is below 2^-57.
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double a = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const double b = (1.0 / 720 + r * (1.0 / 5'040)) + r2 * (1.0 / 40'320 + r * (1.0 / 362'880));
  const double c = (1.0 / 3'628'800 + r * (1.0 / 39'916'800)) + r2 * (1.0 / 479'001'600 + r * (1.0 / 6'227'020'800));
  const double fraction = 1.0 + (r + r2 * (a + r4 * (b + r4 * c)));
  return fraction * std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52U);
}

}  // namespace weir
