// A pacer: at which instant the next packet of a rate of its own may leave. Nothing but that instant is remembered, in
// 1024ths of a nanosecond, so that a rate may change at any moment and what rounding costs (it rounds up: never above
// the rate) can't be seen. There is no credit: after an idle spell one packet leaves, and the next behind its time.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/units.h"

namespace weir {

namespace pace {

inline constexpr std::uint64_t kTicksANanosecond = 1'024;  // 2^64 of them: 208 days

[[nodiscard]] inline std::uint64_t ticks_at(Instant t) {
  return static_cast<std::uint64_t>(t.nanoseconds()) * kTicksANanosecond;
}

/// How long a rate takes for so many bytes (64 KiB at most), rounded up.
[[nodiscard]] inline std::uint64_t ticks_for(std::uint64_t bytes, ByteRate rate) {
  const std::uint64_t rated = std::max<std::uint64_t>(rate.bytes_per_second, 1);
  return (bytes * kTicksANanosecond * static_cast<std::uint64_t>(kNanosecondsPerSecond) + rated - 1) / rated;
}

/// The first whole nanosecond that is not earlier.
[[nodiscard]] inline Instant instant_of(std::uint64_t ticks) {
  return Instant(static_cast<std::int64_t>((ticks + kTicksANanosecond - 1) / kTicksANanosecond));
}

}  // namespace pace

/// For one connection: its worker's own.
class Pacer {
 public:
  /// When a packet of so many bytes may leave, which takes its turn with that; nothing, and no turn taken, if that is
  /// further away than `most_wait`.
  [[nodiscard]] std::optional<Instant> reserve(std::uint64_t bytes, ByteRate rate, Duration most_wait, Instant now) {
    const std::uint64_t start = std::max(free_at_, pace::ticks_at(now));
    const Instant leaves_at = pace::instant_of(start);
    if (leaves_at - now > most_wait) return std::nullopt;
    free_at_ = start + pace::ticks_for(bytes, rate);
    return leaves_at;
  }

  /// Gives up all turns that were taken.
  void reset() { free_at_ = 0; }

 private:
  std::uint64_t free_at_ = 0;
};

/// The same for what all workers share: a rule's rate. Any thread.
class alignas(64) SharedPacer {
 public:
  [[nodiscard]] std::optional<Instant> reserve(std::uint64_t bytes, ByteRate rate, Duration most_wait, Instant now) {
    std::uint64_t free_at = free_at_.load(std::memory_order_relaxed);
    for (;;) {
      const std::uint64_t start = std::max(free_at, pace::ticks_at(now));
      const Instant leaves_at = pace::instant_of(start);
      if (leaves_at - now > most_wait) return std::nullopt;
      const std::uint64_t end = start + pace::ticks_for(bytes, rate);
      if (free_at_.compare_exchange_weak(free_at, end, std::memory_order_relaxed)) return leaves_at;
    }
  }

 private:
  std::atomic<std::uint64_t> free_at_{0};  // all workers write
};

}  // namespace weir
