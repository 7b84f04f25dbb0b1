#include "profile/limits.h"

#include <fmt/format.h>

#include "profile/errors.h"
#include "profile/units.h"

namespace weir {

Duration parse_hold(std::string_view name, std::string_view text) {
  const Duration hold = parse_duration(name, text);
  if (hold > kLongestHold) throw UsageError(fmt::format("{}: \"{}\" is more than an hour (3600s)", name, text));
  return hold;
}

ByteRate parse_speed(std::string_view name, std::string_view text) {
  const ByteRate rate = parse_byte_rate(name, text);
  if (rate.bytes_per_second == 0) throw UsageError(fmt::format("{}: \"{}\" would let nothing pass", name, text));
  if (rate > kFastestRate) throw UsageError(fmt::format("{}: \"{}\" is more than 400 Gbit/s (50G)", name, text));
  return rate;
}

}  // namespace weir
