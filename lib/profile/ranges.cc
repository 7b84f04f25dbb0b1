#include "profile/ranges.h"

#include <fmt/format.h>

#include <string>

#include "profile/errors.h"
#include "profile/limits.h"
#include "profile/units.h"

namespace weir {
namespace {

constexpr std::string_view kTo = "..";
constexpr std::string_view kNumber = "0123456789.";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// What stands before and behind a separator; only `low` where there is none.
struct Parts {
  std::string low;
  std::optional<std::string> high;
};

/// The unit of `high` behind a number that has none.
std::string with_unit_of(std::string_view low, std::string_view high) {
  const bool is_bare = !low.empty() && low.find_first_not_of(kNumber) == std::string_view::npos;
  const std::size_t unit = high.find_first_not_of(kNumber);
  return std::string(low) + std::string(is_bare && unit != std::string_view::npos ? high.substr(unit) : "");
}

Parts split(std::string_view text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {std::string(text), std::nullopt};
  const std::string_view low = trimmed(text.substr(0, at));
  const std::string_view high = trimmed(text.substr(at + separator.size()));
  return {with_unit_of(low, high), std::string(high)};
}

/// Both ends of a range, read by `parse`; a single value is both.
template <typename Range, typename Parse>
Range read_range(std::string_view name, std::string_view text, Parse parse) {
  const Parts parts = split(text, kTo);
  const auto low = parse(name, parts.low);
  const auto high = parts.high ? parse(name, *parts.high) : low;
  if (high < low) throw UsageError(fmt::format("{}: \"{}\" is no range: it ends below its beginning", name, text));
  return Range{low, high};
}

std::optional<Lengths> read_around(std::string_view name, std::string_view text) {
  for (const std::string_view separator : {"+-", "±"}) {
    const Parts parts = split(text, separator);
    if (!parts.high) continue;
    const Duration mean = parse_hold(name, parts.low);
    return Lengths{mean, mean, parse_hold(name, *parts.high)};
  }
  return std::nullopt;
}

struct DurationRange {
  Duration min;
  Duration max;
};

}  // namespace

Lengths parse_lengths(std::string_view name, std::string_view text) {
  if (const auto around = read_around(name, text)) return *around;
  const auto range = read_range<DurationRange>(name, text, parse_hold);
  return {range.min, range.max, std::nullopt};
}

RateRange parse_speeds(std::string_view name, std::string_view text) {
  return read_range<RateRange>(name, text, parse_speed);
}

SizeRange parse_sizes(std::string_view name, std::string_view text) {
  return read_range<SizeRange>(name, text, parse_byte_size);
}

CountRange parse_counts(std::string_view name, std::string_view text) {
  const auto parse = [](std::string_view what, std::string_view number) {
    return static_cast<std::uint32_t>(parse_count(what, number, 0, UINT32_MAX));
  };
  const bool is_open = text.size() > kTo.size() && text.ends_with(kTo);
  if (is_open) return {parse(name, text.substr(0, text.size() - kTo.size())), UINT32_MAX};
  return read_range<CountRange>(name, text, parse);
}

PortRange parse_ports(std::string_view name, std::string_view text) {
  return read_range<PortRange>(name, text, [](std::string_view what, std::string_view number) {
    return static_cast<std::uint16_t>(parse_count(what, number, 0, UINT16_MAX));
  });
}

}  // namespace weir
