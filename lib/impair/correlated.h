// Draws that hang on the ones before them, as netem's CORRELATION makes them (Linux, net/sched/sch_netem.c,
// get_crandom): x_n = (1 - rho) u_n + rho x_{n-1}. netem keeps x in a state; here it is summed up anew from the draws
// of the packets before, so that a draw stays a pure function of its number: no state, nothing that a worker or a
// reload could lose. Work a call is bounded: what a packet says about one so far behind it that less than 2^-16 of it
// is left is left out. Called on worker threads, only for rules that ask for a correlation.
#pragma once

#include <cstdint>

namespace weir {

/// The highest correlation that may be asked for: 218 draws a packet.
inline constexpr double kMostCorrelation = 0.95;

/// The uniform bits of packet n, pulled towards those of the packets before it.
/// @param rho 0 (none) to kMostCorrelation. @param bits_of the independent bits of a packet:
/// std::uint64_t(std::uint32_t).
template <typename BitsOf>
[[nodiscard]] std::uint64_t correlated_bits(double rho, std::uint32_t n, BitsOf bits_of) {
  constexpr std::uint64_t kOne = std::uint64_t{1} << 32U;
  constexpr std::uint64_t kLittle = kOne >> 16U;
  if (!(rho > 0.0)) return bits_of(n);
  const auto weight = static_cast<std::uint64_t>((rho < kMostCorrelation ? rho : kMostCorrelation) * 0x1p32);
  std::uint32_t back = 0;
  for (std::uint64_t left = kOne; left > kLittle && back < n; left = left * weight >> 32U) ++back;
  std::uint64_t value = bits_of(n - back) >> 32U;
  for (std::uint32_t i = n - back; i != n;) {
    const std::uint64_t fresh = bits_of(++i) >> 32U;
    value = (fresh * (kOne - weight) + value * weight) >> 32U;
  }
  return value << 32U;
}

}  // namespace weir
