// A bounded queue between two threads: one pushes, one pops, neither waits. Memory is taken once, at construction.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace weir {

template <typename T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// @param capacity entries, rounded up to a power of two.
  explicit SpscRing(std::size_t capacity)
      : mask_(std::bit_ceil(capacity) - 1), slots_(std::make_unique<T[]>(mask_ + 1)) {}

  /// Adds an entry; false (and nothing done) when the ring is full. The producer's thread only.
  [[nodiscard]] bool push(const T& entry) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - seen_head_ > mask_) {
      seen_head_ = head_.load(std::memory_order_acquire);
      if (tail - seen_head_ > mask_) return false;
    }
    slots_[tail & mask_] = entry;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// Takes the oldest entry; false when the ring is empty. The consumer's thread only.
  [[nodiscard]] bool pop(T& entry) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == seen_tail_) {
      seen_tail_ = tail_.load(std::memory_order_acquire);
      if (head == seen_tail_) return false;
    }
    entry = slots_[head & mask_];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

 private:
  const std::size_t mask_;
  const std::unique_ptr<T[]> slots_;
  alignas(64) std::atomic<std::size_t> tail_{0};  // producer writes, consumer reads
  std::size_t seen_head_ = 0;                     // the producer's own copy
  alignas(64) std::atomic<std::size_t> head_{0};  // consumer writes, producer reads
  std::size_t seen_tail_ = 0;                     // the consumer's own copy
};

}  // namespace weir
