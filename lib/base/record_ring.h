// A bounded queue of records of bytes between two threads: one writes, one pops, neither waits. Records are written
// ahead and published together, so that those of a burst can be taken back when it turns out what became of it. Memory
// is taken once, at construction.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace weir {

class RecordRing {
 public:
  /// @param capacity bytes, rounded up to a power of two.
  explicit RecordRing(std::size_t capacity)
      : mask_(std::bit_ceil(capacity) - 1), bytes_(std::make_unique_for_overwrite<std::byte[]>(mask_ + 1)) {}

  /// Has the system give all of the memory now, not at the first use of each page.
  void touch() { std::memset(bytes_.get(), 0, mask_ + 1); }

  /// Writes a record, in two pieces, behind those written before; false (and nothing done) where there is no room. It
  /// is not seen by the consumer yet. The producer's thread only.
  [[nodiscard]] bool write(std::span<const std::byte> head, std::span<const std::byte> body) {
    const auto length = static_cast<std::uint32_t>(head.size() + body.size());
    const std::size_t needed = sizeof length + length;
    if (needed > room(seen_head_)) {
      seen_head_ = head_.load(std::memory_order_acquire);
      if (needed > room(seen_head_)) return false;
    }
    put(std::as_bytes(std::span(&length, 1)));
    put(head);
    put(body);
    return true;
  }

  /// Where the next record would be written. The producer's thread only, as publish_to.
  [[nodiscard]] std::size_t mark() const { return written_; }
  /// The mark up to which the consumer sees them.
  [[nodiscard]] std::size_t published() const { return tail_.load(std::memory_order_relaxed); }
  /// Lets the consumer see the records before a mark, and forgets those behind it.
  void publish_to(std::size_t mark) {
    written_ = mark;
    tail_.store(mark, std::memory_order_release);
  }

  /// Takes the oldest published record; false when there is none. The consumer's thread only.
  [[nodiscard]] bool pop(std::vector<std::byte>& into) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    std::uint32_t length = 0;
    get(head, std::as_writable_bytes(std::span(&length, 1)));
    into.resize(length);
    get(head + sizeof length, into);
    head_.store(head + sizeof length + length, std::memory_order_release);
    return true;
  }

 private:
  [[nodiscard]] std::size_t room(std::size_t head) const { return mask_ + 1 - (written_ - head); }

  void put(std::span<const std::byte> piece) {
    const std::size_t at = written_ & mask_;
    const std::size_t first = std::min(piece.size(), mask_ + 1 - at);
    if (first > 0) std::memcpy(bytes_.get() + at, piece.data(), first);
    if (first < piece.size()) std::memcpy(bytes_.get(), piece.data() + first, piece.size() - first);
    written_ += piece.size();
  }

  void get(std::size_t from, std::span<std::byte> into) const {
    const std::size_t at = from & mask_;
    const std::size_t first = std::min(into.size(), mask_ + 1 - at);
    if (first > 0) std::memcpy(into.data(), bytes_.get() + at, first);
    if (first < into.size()) std::memcpy(into.data() + first, bytes_.get(), into.size() - first);
  }

  const std::size_t mask_;
  const std::unique_ptr<std::byte[]> bytes_;
  alignas(64) std::atomic<std::size_t> tail_{0};  // producer writes, consumer reads
  std::size_t written_ = 0;                       // the producer's own: up to here, published or not
  std::size_t seen_head_ = 0;                     // the producer's own copy
  alignas(64) std::atomic<std::size_t> head_{0};  // consumer writes, producer reads
};

}  // namespace weir
