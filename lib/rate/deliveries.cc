#include "rate/deliveries.h"

#include <algorithm>
#include <utility>

namespace weir {

__extension__ using Wide = unsigned __int128;

Deliveries::Deliveries(std::vector<Point> points, Duration period, std::string name)
    : points_(std::move(points)), period_(period), name_(std::move(name)) {}

std::uint64_t Deliveries::carried(Duration span) const {
  const auto rounds = static_cast<std::uint64_t>(span.nanoseconds() / period_.nanoseconds());
  const Duration into(span.nanoseconds() % period_.nanoseconds());
  const auto behind = std::ranges::upper_bound(points_, into, {}, &Point::at);
  return rounds * total() + (behind == points_.begin() ? 0 : std::prev(behind)->bytes);
}

Duration Deliveries::reaches(std::uint64_t bytes) const {
  if (bytes == 0) return {};
  const std::uint64_t rounds = (bytes - 1) / total();
  const auto point = std::ranges::lower_bound(points_, bytes - rounds * total(), {}, &Point::bytes);
  return Duration(period_.nanoseconds() * static_cast<std::int64_t>(rounds)) + point->at;
}

ByteRate Deliveries::mean() const {
  constexpr auto kSecond = static_cast<std::uint64_t>(kNanosecondsPerSecond);
  const auto period = static_cast<std::uint64_t>(period_.nanoseconds());
  return {std::max<std::uint64_t>(1, static_cast<std::uint64_t>(Wide{total()} * kSecond / period))};
}

}  // namespace weir
