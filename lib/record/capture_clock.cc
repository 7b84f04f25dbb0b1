#include "record/capture_clock.h"

namespace weir {

bool CaptureClock::set_resolution(std::uint8_t code) {
  constexpr std::uint8_t kBinary = 0x80;
  constexpr unsigned kMostDecimal = 19;  // 10^19 < 2^64
  const unsigned n = code & 0x7fU;
  if ((code & kBinary) != 0) {
    if (n > 63) return false;
    units_a_second_ = std::uint64_t{1} << n;
    return true;
  }
  if (n > kMostDecimal) return false;
  units_a_second_ = 1;
  for (unsigned i = 0; i < n; ++i) units_a_second_ *= 10;
  return true;
}

std::optional<std::int64_t> CaptureClock::unix_ns(std::uint64_t count) const {
  __extension__ using Wide = __int128;
  constexpr Wide kSecond = 1'000'000'000;
  const Wide rest = Wide{count % units_a_second_} * kSecond / units_a_second_;
  const Wide ns = (Wide{count / units_a_second_} + offset_s_) * kSecond + rest;
  if (ns < 0 || ns > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(ns);
}

}  // namespace weir
