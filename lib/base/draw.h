// Counter-based random numbers: a draw is a pure function of a key and a counter. No state, nothing shared, so
// the number of workers, the order of arrival and other connections cannot change what is drawn.
// Philox2x64 with 6 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11).
#pragma once

// Hot folders are built without exceptions: Random123's SSE operators and at() throw, and neither is used here.
#define R123_USE_SSE 0
#define R123_THROW(error) __builtin_trap()
#include <Random123/philox.h>

#include <cstdint>

namespace weir {

/// 64 uniform bits, a function of key and both counter words alone.
[[nodiscard]] inline std::uint64_t draw_bits(std::uint64_t key, std::uint64_t high, std::uint64_t low) {
  const r123::Philox2x64_R<6> philox;
  const r123::Philox2x64_R<6>::ctr_type counter{{low, high}};
  return philox(counter, r123::Philox2x64_R<6>::key_type{{key}})[0];
}

/// A probability held as a threshold on 64 uniform bits: 0 never strikes, 1 always does.
class Probability {
 public:
  constexpr Probability() = default;
  /// @param share between 0 and 1; anything outside is clamped.
  constexpr explicit Probability(double share)
      : threshold_(share <= 0.0   ? 0
                   : share >= 1.0 ? UINT64_MAX
                                  : static_cast<std::uint64_t>(share * 0x1p64)) {}

  [[nodiscard]] constexpr bool strikes(std::uint64_t bits) const {
    return bits < threshold_ || threshold_ == UINT64_MAX;
  }
  friend constexpr bool operator==(Probability, Probability) = default;

 private:
  std::uint64_t threshold_ = 0;
};

/// Maps 64 uniform bits onto the integers min..max, both included, by a widening multiply (Lemire 2019).
[[nodiscard]] constexpr std::int64_t uniform_between(std::int64_t min, std::int64_t max, std::uint64_t bits) {
  __extension__ using Wide = unsigned __int128;
  const auto width = static_cast<std::uint64_t>(max - min) + 1;
  return min + static_cast<std::int64_t>(static_cast<std::uint64_t>((Wide{bits} * width) >> 64U));
}

/// The same bits as a number in [0, 1), for the log.
[[nodiscard]] constexpr double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11U) * 0x1p-53;
}

}  // namespace weir
