#include "profile/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "profile/errors.h"
#include "profile/spelling.h"

namespace weir {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr unsigned kMostDigits = 18;  // 10^18 times the largest unit (2^30) fits 128 bits with room to spare

/// What is being read, for the error that may follow.
struct Subject {
  std::string_view name;
  std::string_view text;
  std::string_view what;  // "a duration"

  [[noreturn]] void refuse(std::string_view why) const {
    throw UsageError(fmt::format("{}: \"{}\" is not {}: {}", name, text, what, why));
  }
};

struct Unit {
  std::string_view name;
  std::uint64_t factor = 1;
};

/// A number as it was written: digits / 10^decimals, and what stands behind it.
struct Quantity {
  std::uint64_t digits = 0;
  unsigned decimals = 0;
  std::string_view unit;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_exponent(std::string_view rest) {
  const bool has_letter = rest.size() >= 2 && (rest[0] == 'e' || rest[0] == 'E');
  return has_letter && (is_digit(rest[1]) || rest[1] == '-' || rest[1] == '+');
}

void require_a_number(const Subject& subject) {
  const std::string_view text = subject.text;
  if (text.empty()) subject.refuse("it is empty");
  if (text[0] == '-') subject.refuse("it is negative");
  const bool starts_with_point = text.size() > 1 && text[0] == '.' && is_digit(text[1]);
  if (!is_digit(text[0]) && !starts_with_point) subject.refuse("it does not start with a digit");
}

Quantity read_quantity(const Subject& subject) {
  require_a_number(subject);
  Quantity quantity;
  std::string_view rest = subject.text;
  bool after_point = false;
  for (; !rest.empty() && (is_digit(rest[0]) || (rest[0] == '.' && !after_point)); rest.remove_prefix(1)) {
    if (rest[0] == '.') {
      after_point = true;
      continue;
    }
    quantity.digits = quantity.digits * 10 + static_cast<std::uint64_t>(rest[0] - '0');
    if (after_point) ++quantity.decimals;
    const bool too_long = quantity.digits >= 1'000'000'000'000'000'000 || quantity.decimals > kMostDigits;
    if (too_long) subject.refuse(fmt::format("it has more than {} digits", kMostDigits));
  }
  if (after_point && quantity.decimals == 0) subject.refuse("no digit follows the point");
  if (is_exponent(rest)) subject.refuse("exponents are not read, write the number out");
  if (rest.size() > 1 && rest[0] == ' ') rest.remove_prefix(1);
  quantity.unit = rest;
  return quantity;
}

/// The factor of the unit that stands behind the number.
std::uint64_t factor_of(const Subject& subject, std::string_view unit, std::span<const Unit> units) {
  const auto found = std::ranges::find(units, unit, &Unit::name);
  if (found != units.end()) return found->factor;
  std::vector<std::string_view> names;
  for (const Unit& known : units) {
    if (!known.name.empty()) names.push_back(known.name);
  }
  const auto nearest = nearest_spelling(unit, names);
  subject.refuse(nearest ? fmt::format("unknown unit \"{}\" (did you mean \"{}\"?)", unit, *nearest)
                         : fmt::format("unknown unit \"{}\" (known: {})", unit, comma_separated(names)));
}

Wide power_of_ten(unsigned exponent) {
  Wide power = 1;
  for (unsigned i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// Bits are eighths of a byte, so rates are counted in eighths until the end.
constexpr std::uint64_t kEighths = 8;
constexpr std::array kRateUnits = {
    Unit{"", kEighths},
    Unit{"k", kEighths * 1'000},
    Unit{"M", kEighths * 1'000'000},
    Unit{"G", kEighths * 1'000'000'000},
    Unit{"Ki", kEighths << 10U},
    Unit{"Mi", kEighths << 20U},
    Unit{"Gi", kEighths << 30U},
    Unit{"B/s", kEighths},
    Unit{"kB/s", kEighths * 1'000},
    Unit{"MB/s", kEighths * 1'000'000},
    Unit{"GB/s", kEighths * 1'000'000'000},
    Unit{"KiB/s", kEighths << 10U},
    Unit{"MiB/s", kEighths << 20U},
    Unit{"GiB/s", kEighths << 30U},
    Unit{"kbit", 1'000},
    Unit{"Mbit", 1'000'000},
    Unit{"Gbit", 1'000'000'000},
    Unit{"kbps", 1'000},  // bits, as the field writes it
    Unit{"Mbps", 1'000'000},
    Unit{"Gbps", 1'000'000'000},
    Unit{"kbit/s", 1'000},
    Unit{"Mbit/s", 1'000'000},
    Unit{"Gbit/s", 1'000'000'000},
};

constexpr std::array kSizeUnits = {
    Unit{"", 1},
    Unit{"B", 1},
    Unit{"k", 1'000},
    Unit{"M", 1'000'000},
    Unit{"G", 1'000'000'000},
    Unit{"Ki", 1 << 10U},
    Unit{"Mi", 1 << 20U},
    Unit{"Gi", 1 << 30U},
    Unit{"kB", 1'000},
    Unit{"MB", 1'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"KiB", 1 << 10U},
    Unit{"MiB", 1 << 20U},
    Unit{"GiB", 1 << 30U},
};

/// The double nearest to digits / 10^decimals.
double nearest_double(const Quantity& quantity) {
  const std::string text = fmt::format("{}e-{}", quantity.digits, quantity.decimals);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Duration parse_duration(std::string_view name, std::string_view text, Duration bare) {
  const Subject subject{name, text, "a duration"};
  const Quantity quantity = read_quantity(subject);
  const std::array units = {Unit{"", static_cast<std::uint64_t>(bare.nanoseconds())}, Unit{"us", 1'000},
                            Unit{"ms", 1'000'000}, Unit{"s", 1'000'000'000}};
  const Wide scaled = Wide{quantity.digits} * factor_of(subject, quantity.unit, units);
  const Wide divisor = power_of_ten(quantity.decimals);
  if (scaled % divisor != 0) subject.refuse("it is finer than a nanosecond");
  if (scaled / divisor > Wide{INT64_MAX}) subject.refuse("it is too long");
  return Duration(static_cast<std::int64_t>(scaled / divisor));
}

ByteRate parse_byte_rate(std::string_view name, std::string_view text) {
  const Subject subject{name, text, "a rate"};
  const Quantity quantity = read_quantity(subject);
  const Wide eighths = Wide{quantity.digits} * factor_of(subject, quantity.unit, kRateUnits);
  const Wide divisor = power_of_ten(quantity.decimals) * kEighths;
  const Wide bytes = (eighths + divisor / 2) / divisor;
  if (bytes > Wide{UINT64_MAX}) subject.refuse("it is too large");
  return ByteRate{static_cast<std::uint64_t>(bytes)};
}

std::uint64_t parse_byte_size(std::string_view name, std::string_view text) {
  const Subject subject{name, text, "a size"};
  const Quantity quantity = read_quantity(subject);
  const Wide scaled = Wide{quantity.digits} * factor_of(subject, quantity.unit, kSizeUnits);
  const Wide divisor = power_of_ten(quantity.decimals);
  if (scaled % divisor != 0) subject.refuse("it is finer than a byte");
  if (scaled / divisor > Wide{INT64_MAX}) subject.refuse("it is too large");
  return static_cast<std::uint64_t>(scaled / divisor);
}

double parse_probability(std::string_view name, std::string_view text) {
  const Subject subject{name, text, "a probability"};
  Quantity quantity = read_quantity(subject);
  if (quantity.unit == "%") {
    quantity.decimals += 2;
  } else if (!quantity.unit.empty()) {
    subject.refuse(fmt::format("\"{}\" stands behind the number (write 0.4 or 40%)", quantity.unit));
  }
  const Wide one = power_of_ten(quantity.decimals);
  if (Wide{quantity.digits} > one) subject.refuse("it lies outside 0 to 1 (0 % to 100 %)");
  return nearest_double(quantity);
}

std::uint64_t parse_count(std::string_view name, std::string_view text, std::uint64_t min, std::uint64_t max) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stopped_at != end || count < min || count > max) {
    throw UsageError(fmt::format("{}: \"{}\" is not a whole number from {} to {}", name, text, min, max));
  }
  return count;
}

}  // namespace weir
