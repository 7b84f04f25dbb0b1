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

Duration parse_period(std::string_view name, std::string_view text) {
  const Duration period = parse_hold(name, text);
  require_some(name, text, period);
  return period;
}

void require_some(std::string_view name, std::string_view text, Duration time) {
  if (time == Duration()) throw UsageError(fmt::format("{}: \"{}\" is no time at all", name, text));
}

ByteRate parse_speed(std::string_view name, std::string_view text) {
  const ByteRate rate = parse_byte_rate(name, text);
  if (rate.bytes_per_second == 0) throw UsageError(fmt::format("{}: \"{}\" would let nothing pass", name, text));
  if (rate > kFastestRate) throw UsageError(fmt::format("{}: \"{}\" is more than 400 Gbit/s (50G)", name, text));
  return rate;
}

}  // namespace weir
