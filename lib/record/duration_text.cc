#include "record/duration_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace weir {
namespace {

constexpr std::int64_t kThreeDigits = 1000;

struct Scale {
  std::string_view unit;
  std::int64_t nanoseconds;
};

/// Hundredths, tenths or whole units: as fine as three digits allow.
std::int64_t step_of(std::int64_t ns, std::int64_t unit) {
  std::int64_t step = unit / 100;
  while (step < unit && (ns + step - 1) / step >= kThreeDigits) step *= 10;
  return step;
}

}  // namespace

std::string duration_text(Duration duration) {
  const std::int64_t ns = duration.nanoseconds();
  if (ns < kThreeDigits) return fmt::format("{} ns", ns);
  for (const Scale scale : {Scale{"us", 1'000}, Scale{"ms", 1'000'000}, Scale{"s", 1'000'000'000}}) {
    const std::int64_t step = step_of(ns, scale.nanoseconds);
    const std::int64_t steps = (ns + step - 1) / step;
    const bool fits = steps < kThreeDigits || scale.unit == "s";
    if (fits)
      return fmt::format("{:.6g} {}", static_cast<double>(steps * step) / static_cast<double>(scale.nanoseconds),
                         scale.unit);
  }
  return {};
}

}  // namespace weir
