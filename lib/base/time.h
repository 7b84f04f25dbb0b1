// Time as types. An Instant is nanoseconds since the start of the run; it has no now(), so code in the hot
// folders that tries to read a clock does not compile: every instant is an argument.
// Used by every folder, on every thread. Plain values, integer arithmetic only.
#pragma once

#include <compare>
#include <cstdint>

namespace weir {

/// A span of time in nanoseconds; may be negative.
class Duration {
 public:
  constexpr Duration() = default;
  constexpr explicit Duration(std::int64_t nanoseconds) : nanoseconds_(nanoseconds) {}

  [[nodiscard]] constexpr std::int64_t nanoseconds() const { return nanoseconds_; }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration(a.nanoseconds_ + b.nanoseconds_); }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration(a.nanoseconds_ - b.nanoseconds_); }

 private:
  std::int64_t nanoseconds_ = 0;
};

[[nodiscard]] constexpr Duration nanoseconds(std::int64_t n) {
  return Duration(n);
}
[[nodiscard]] constexpr Duration microseconds(std::int64_t n) {
  return Duration(n * 1'000);
}
[[nodiscard]] constexpr Duration milliseconds(std::int64_t n) {
  return Duration(n * 1'000'000);
}
[[nodiscard]] constexpr Duration seconds(std::int64_t n) {
  return Duration(n * 1'000'000'000);
}

/// A point in time: nanoseconds since the start of the run (0), never negative in use.
class Instant {
 public:
  constexpr Instant() = default;
  constexpr explicit Instant(std::int64_t nanoseconds) : nanoseconds_(nanoseconds) {}

  [[nodiscard]] constexpr std::int64_t nanoseconds() const { return nanoseconds_; }

  /// An instant later than any that a run reaches (292 years).
  [[nodiscard]] static constexpr Instant never() { return Instant(INT64_MAX); }

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant t, Duration d) { return Instant(t.nanoseconds_ + d.nanoseconds()); }
  friend constexpr Instant operator-(Instant t, Duration d) { return Instant(t.nanoseconds_ - d.nanoseconds()); }
  friend constexpr Duration operator-(Instant a, Instant b) { return Duration(a.nanoseconds_ - b.nanoseconds_); }

 private:
  std::int64_t nanoseconds_ = 0;
};

}  // namespace weir
