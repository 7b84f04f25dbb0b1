// Counters and what they count by: one writer (a worker), any number of readers (control).
// Relaxed atomics without read-modify-write instructions: an increment costs what a plain one does.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace weir {

/// A number that one thread writes and others may read at any moment.
class Counter {
 public:
  void add(std::uint64_t n) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void raise_to(std::uint64_t n) {
    if (n > value_.load(std::memory_order_relaxed)) value_.store(n, std::memory_order_relaxed);
  }
  /// For gauges: numbers that also fall.
  void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace weir
