#include "profile/write_units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>

namespace weir {
namespace {

struct Unit {
  std::uint64_t size;
  std::string_view name;
};

/// In the first unit that divides it; the last one has size 1.
std::string in_whole(std::uint64_t amount, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    const bool divides = amount % unit.size == 0 && (amount > 0 || unit.size == 1);
    if (divides) return fmt::format("{}{}", amount / unit.size, unit.name);
  }
  return fmt::format("{}", amount);
}

std::string without_trailing_zeros(std::string number) {
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number;
}

}  // namespace

std::string write_decimal(double value) {
  std::array<char, 512> digits;  // the smallest double has 325 places, the largest 309 digits
  const auto [end, error] = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed);
  return {digits.begin(), end};
}

std::string write_duration(Duration duration) {
  constexpr std::array kUnits = {Unit{1'000'000'000, "s"}, Unit{1'000'000, "ms"}, Unit{1'000, "us"}};
  constexpr std::int64_t kMillisecond = 1'000'000;
  const std::int64_t ns = duration.nanoseconds();
  if (ns == 0) return "0ms";
  if (ns % 1'000 == 0 && (ns < kMillisecond || ns % kMillisecond == 0)) {
    return in_whole(static_cast<std::uint64_t>(ns), kUnits);
  }
  return without_trailing_zeros(fmt::format("{}.{:06}", ns / kMillisecond, ns % kMillisecond)) + "ms";
}

std::string write_rate(ByteRate rate) {
  constexpr std::array kUnits = {Unit{1'000'000'000, "GB/s"}, Unit{1'000'000, "MB/s"}, Unit{1'000, "kB/s"},
                                 Unit{1, "B/s"}};
  return in_whole(rate.bytes_per_second, kUnits);
}

std::string write_size(std::uint64_t bytes) {
  constexpr std::array kUnits = {Unit{1U << 20U, "MiB"}, Unit{1'000'000, "MB"}, Unit{1U << 10U, "KiB"},
                                 Unit{1'000, "kB"}, Unit{1, "B"}};
  return in_whole(bytes, kUnits);
}

std::string write_percent(double share) {
  std::string digits = write_decimal(share);
  if (digits.find('.') == std::string::npos) digits += '.';
  digits += "00";
  const std::size_t point = digits.find('.');
  digits.erase(point, 1);
  digits.insert(point + 2, 1, '.');
  digits = without_trailing_zeros(digits);
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  digits.erase(0, digits[first] == '.' ? first - 1 : first);
  return digits + "%";
}

}  // namespace weir
