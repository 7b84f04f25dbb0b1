#include "profile/netem_units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "profile/errors.h"
#include "profile/limits.h"
#include "profile/spelling.h"
#include "profile/units.h"

namespace weir {
namespace {

struct Parts {
  std::string_view number;
  std::string_view unit;
};

Parts split(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  return {text.substr(0, end), text.substr(end)};
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return result;
}

/// tc's word for a unit, and weir's.
struct Unit {
  std::string_view tc;
  std::string_view weir;
  std::uint64_t divisor = 1;  // of what weir's unit makes of the number
};

constexpr std::uint64_t kBits = 8;
constexpr std::array kTimes = {
    Unit{"ms", "ms"},   Unit{"us", "us"},    Unit{"s", "s"},   Unit{"msec", "ms"}, Unit{"msecs", "ms"},
    Unit{"usec", "us"}, Unit{"usecs", "us"}, Unit{"sec", "s"}, Unit{"secs", "s"},
};
constexpr std::array kRates = {
    Unit{"", "", kBits},  Unit{"bit", "", kBits},     Unit{"kbit", "kbit"},       Unit{"mbit", "Mbit"},
    Unit{"gbit", "Gbit"}, Unit{"kibit", "Ki", kBits}, Unit{"mibit", "Mi", kBits}, Unit{"gibit", "Gi", kBits},
    Unit{"bps", ""},      Unit{"kbps", "k"},          Unit{"mbps", "M"},          Unit{"gbps", "G"},
    Unit{"kibps", "Ki"},  Unit{"mibps", "Mi"},        Unit{"gibps", "Gi"},
};

template <std::size_t kCount>
const Unit& unit_of(std::string_view name, std::string_view text, std::string_view unit,
                    const std::array<Unit, kCount>& units) {
  const auto found = std::ranges::find(units, unit, &Unit::tc);
  if (found != units.end()) return *found;
  std::vector<std::string_view> names;
  for (const Unit& known : units) {
    if (!known.tc.empty()) names.push_back(known.tc);
  }
  const std::string hint = did_you_mean(unit, names);
  throw UsageError(fmt::format("{}: \"{}\" has a unit that tc does not know{}", name, text,
                               hint.empty() ? " (known: " + comma_separated(names) + ")" : hint));
}

void require_positive(std::string_view name, std::string_view text) {
  if (text.starts_with('-')) throw UsageError(fmt::format("{}: \"{}\" is negative", name, text));
}

}  // namespace

Duration parse_netem_time(std::string_view name, std::string_view text) {
  require_positive(name, text);
  const auto [number, unit] = split(text);
  if (unit.empty()) {
    if (number.find_first_not_of("0.") == std::string_view::npos) return Duration();
    throw UsageError(
        fmt::format("{}: \"{}\" has no unit: tc would take nanoseconds, older ones microseconds; "
                    "write {}ms or {}us",
                    name, text, number, number));
  }
  const std::string small = lower(unit);
  const bool in_nanoseconds = small == "ns" || small == "nsec" || small == "nsecs";
  if (in_nanoseconds) {
    constexpr auto kMost = static_cast<std::uint64_t>(kLongestHold.nanoseconds());
    return Duration(static_cast<std::int64_t>(parse_count(name, number, 0, kMost)));
  }
  return parse_hold(name, std::string(number) + std::string(unit_of(name, text, small, kTimes).weir));
}

double parse_netem_share(std::string_view name, std::string_view text) {
  require_positive(name, text);
  return parse_probability(name, text.ends_with('%') ? std::string(text) : std::string(text) + "%");
}

ByteRate parse_netem_rate(std::string_view name, std::string_view text) {
  require_positive(name, text);
  const auto [number, unit] = split(text);
  const Unit& known = unit_of(name, text, lower(unit), kRates);
  const ByteRate counted = parse_byte_rate(name, std::string(number) + std::string(known.weir));
  const ByteRate rate{(counted.bytes_per_second + known.divisor / 2) / known.divisor};
  if (rate.bytes_per_second == 0) throw UsageError(fmt::format("{}: \"{}\" lets nothing through", name, text));
  if (rate.bytes_per_second > kFastestRate.bytes_per_second) {
    throw UsageError(fmt::format("{}: \"{}\" is more than 400 Gbit/s", name, text));
  }
  return rate;
}

}  // namespace weir
