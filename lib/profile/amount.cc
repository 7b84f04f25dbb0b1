#include "profile/amount.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "profile/errors.h"
#include "profile/units.h"
#include "profile/write_units.h"

namespace weir {
namespace {

constexpr std::string_view kNumber = "0123456789.";
constexpr double kShareSteps = 1e15;  // as fine as a number can be that is written in 18 digits as percent

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_plain(std::string_view text) {
  return text.find_first_not_of(kNumber) == std::string_view::npos;
}

bool is_count(std::string_view text) {
  return text.ends_with("packet") || text.ends_with("packets");
}

/// A time's unit is us, ms or s; bits a second may end in s as well.
bool is_time(std::string_view text) {
  return text.ends_with('s') && !text.ends_with("/s") && !text.ends_with("bps");
}

Amount::Kind kind_of(std::string_view name, std::string_view text, Amount::Kind bare) {
  if (text.ends_with('%')) return Amount::Kind::kShare;
  if (is_count(text))
    throw UsageError(fmt::format("{}: \"{}\" counts packets: no curve goes through whole numbers", name, text));
  if (is_time(text)) return Amount::Kind::kTime;
  return !text.empty() && is_plain(text) ? bare : Amount::Kind::kBytes;
}

double between(double from, double to, double share) {
  return from + (to - from) * share;
}

}  // namespace

Amount::Amount(std::string_view name, std::string_view text, Kind bare) : kind_(bare) {
  std::string low(text);
  std::string high;
  constexpr std::array<std::array<std::string_view, 2>, 3> kSeparators = {
      {{"..", ".."}, {"+-", " +- "}, {"±", " +- "}}};
  for (const auto& [written, meant] : kSeparators) {
    const std::size_t at = text.find(written);
    if (at == std::string_view::npos) continue;
    separator_ = meant;
    low = trimmed(text.substr(0, at));
    high = trimmed(text.substr(at + written.size()));
    break;
  }
  // The first number has the unit of the second where it has none.
  const std::size_t unit = high.find_first_not_of(kNumber);
  if (!low.empty() && is_plain(low) && unit != std::string::npos) low += high.substr(unit);
  numbers_[0] = numbers_[1] = read(name, low, bare, kind_);
  if (separator_.empty()) return;
  Kind kind = kind_;
  numbers_[1] = read(name, high, bare, kind);
  if (kind != kind_) throw UsageError(fmt::format("{}: \"{}\" mixes two kinds of numbers", name, text));
  if (is_range() && numbers_[1] < numbers_[0]) {
    throw UsageError(fmt::format("{}: \"{}\" is no range: it ends below its beginning", name, text));
  }
}

double Amount::read(std::string_view name, std::string_view text, Kind bare, Kind& kind) const {
  kind = kind_of(name, text, bare);
  switch (kind) {
    case Kind::kShare:
      return parse_probability(name, text);
    case Kind::kTime:
      return static_cast<double>(parse_duration(name, text).nanoseconds());
    case Kind::kBytes:
      break;
  }
  const bool is_size = text.ends_with('B');
  return static_cast<double>(is_size ? parse_byte_size(name, text) : parse_byte_rate(name, text).bytes_per_second);
}

std::string Amount::text_of(double number) const {
  switch (kind_) {
    case Kind::kTime:
      return write_duration(Duration(std::llround(number)));
    case Kind::kBytes:
      return std::to_string(std::llround(number));
    case Kind::kShare:
      break;
  }
  return write_percent(std::round(number * kShareSteps) / kShareSteps);
}

std::string Amount::text_towards(const Amount& other, double share) const {
  const std::string low = text_of(between(numbers_[0], other.numbers_[0], share));
  if (separator_.empty()) return low;
  return low + std::string(separator_) + text_of(between(numbers_[1], other.numbers_[1], share));
}

}  // namespace weir
