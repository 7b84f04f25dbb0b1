// The zero of a stretch of scenes: an instant that is known from the start, or that of an event which workers hear of.
// Written once, by whoever hears the event first; control makes it, any worker reads it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/time.h"

namespace weir {

class SceneClock {
 public:
  enum class Event : std::uint8_t { kNone, kFrame, kConnection };

  /// Begins at an instant that is known.
  explicit SceneClock(Instant at) : event_(Event::kNone), fired_ns_(at.nanoseconds()) {}

  /// Begins with the `count`-th event of a kind, counted from 1 since this clock was made; but not before `behind`,
  /// where there is one, has come to `not_before`.
  SceneClock(Event event, std::uint64_t count, std::shared_ptr<const SceneClock> behind = nullptr,
             Duration not_before = {})
      : event_(event), count_(count), behind_(std::move(behind)), not_before_(not_before) {}

  /// An event has happened. Any worker.
  void hear(Event event, Instant now) {
    if (event != event_ || heard_.load(std::memory_order_relaxed) >= count_) return;
    if (heard_.fetch_add(1, std::memory_order_relaxed) + 1 != count_) return;
    fired_ns_.store(now.nanoseconds(), std::memory_order_release);
  }

  /// never() while the event is awaited. Any thread.
  [[nodiscard]] Instant zero() const {
    const Instant fired_at(fired_ns_.load(std::memory_order_acquire));
    if (fired_at == Instant::never() || behind_ == nullptr) return fired_at;
    const Instant behind_at = behind_->zero();
    return behind_at == Instant::never() ? behind_at : std::max(fired_at, behind_at + not_before_);
  }

 private:
  const Event event_;
  const std::uint64_t count_ = 0;
  const std::shared_ptr<const SceneClock> behind_;
  const Duration not_before_;
  std::atomic<std::uint64_t> heard_{0};                                 // workers write
  std::atomic<std::int64_t> fired_ns_{Instant::never().nanoseconds()};  // the worker that hears the event writes
};

}  // namespace weir
