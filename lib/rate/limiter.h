// The limiter: one shared 64-bit word, the bytes promised so far. A worker takes a ticket for a whole burst with one
// fetch_add; a packet leaves when the capacity has reached its mark. Marks are served in order over all workers, so the
// total cannot grow with their number, and nothing is lost to rounding: there is no state to replenish.
// Shared by all workers; every function may be called from any of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/units.h"

namespace weir {

/// The burst of a limiter whose rate is at most this: after an idle spell a millisecond's worth may leave at once, and
/// at least two frames.
[[nodiscard]] constexpr std::uint64_t burst_at(ByteRate most) {
  constexpr std::uint64_t kTwoFrames = 3'028;
  return std::max(kTwoFrames, most.bytes_per_second / 1'000);
}

class alignas(64) Limiter {
 public:
  /// @param burst bytes that may leave at once after the link was idle: credit never exceeds it.
  explicit Limiter(std::uint64_t burst) : burst_(burst) {}

  /// Another burst, from the next ticket on. Every worker sets the same when the rate becomes another.
  void set_burst(std::uint64_t burst) { burst_.store(burst, std::memory_order_relaxed); }

  /// Takes a ticket for `bytes`. They are the ones behind the returned mark: a packet whose last byte is the n-th of
  /// the ticket leaves once the capacity has reached mark + n. @param carried the capacity now.
  [[nodiscard]] std::uint64_t take(std::uint64_t bytes, std::uint64_t carried) {
    raise_to_credit_floor(carried);
    return take_on(bytes);
  }

  /// The same for a queue that has not been empty since it took its last ticket: a link that is late is not idle, so
  /// nothing that it could have carried is forfeited.
  [[nodiscard]] std::uint64_t take_on(std::uint64_t bytes) {
    return promised_.fetch_add(bytes, std::memory_order_relaxed) & kBytes;
  }

  /// Takes a ticket that the capacity has reached already, or none. @return whether it did; `end` is the mark behind
  /// it. @param era in which it is taken
  [[nodiscard]] bool take_at_once(std::uint64_t bytes, std::uint64_t carried, std::uint32_t era, std::uint64_t& end) {
    if ((promised_.load(std::memory_order_relaxed) & kBytes) + bytes > carried) return false;
    end = take(bytes, carried) + bytes;
    if (end <= carried) return true;
    give_back(bytes, end, era);
    return false;
  }

  /// Gives back the last bytes of a ticket that nobody will use, if no other ticket was taken behind it; else they stay
  /// unused. @param end the mark behind the ticket. @param era in which it was taken
  void give_back(std::uint64_t bytes, std::uint64_t end, std::uint32_t era) {
    std::uint64_t word = word_of(era, end);
    promised_.compare_exchange_strong(word, word - bytes, std::memory_order_relaxed);
  }

  /// Another era: every ticket that has not been served is void, and its bytes are there again. Each worker says so at
  /// the same change of rules, when it has stopped serving tickets of the era before; the first one makes it so.
  /// @param era one more than that of the last change. @param carried the mark up to which tickets were served, or may
  /// have been.
  void begin_anew(std::uint32_t era, std::uint64_t carried) {
    std::uint64_t word = promised_.load(std::memory_order_relaxed);
    while (is_behind(word, era)) {
      const std::uint64_t anew = word_of(era, std::min(word & kBytes, carried));
      if (promised_.compare_exchange_weak(word, anew, std::memory_order_relaxed)) return;
    }
  }

  /// A packet joins one of the workers' queues, or leaves it; only for queues that take tickets when packets leave.
  void join(std::uint64_t bytes) { waiting_.fetch_add(kOnePacket + bytes, std::memory_order_relaxed); }
  void leave(std::uint64_t packets, std::uint64_t bytes) {
    waiting_.fetch_sub(packets * kOnePacket + bytes, std::memory_order_relaxed);
  }
  /// What waits in such queues, of all workers together.
  [[nodiscard]] std::uint64_t waiting_bytes() const { return waiting_.load(std::memory_order_relaxed) % kOnePacket; }
  [[nodiscard]] std::uint64_t waiting_packets() const { return waiting_.load(std::memory_order_relaxed) / kOnePacket; }

  /// Bytes that hold a ticket and have not left: the queue in front of the link.
  [[nodiscard]] std::uint64_t backlog(std::uint64_t carried) const {
    const std::uint64_t promised = promised_.load(std::memory_order_relaxed) & kBytes;
    return promised > carried ? promised - carried : 0;
  }

 private:
  // An idle link does not save up: what was promised is never more than a burst behind what could have been carried.
  void raise_to_credit_floor(std::uint64_t carried) {
    const std::uint64_t floor = carried - std::min(carried, burst_.load(std::memory_order_relaxed));
    std::uint64_t word = promised_.load(std::memory_order_relaxed);
    while ((word & kBytes) < floor &&
           !promised_.compare_exchange_weak(word, (word & ~kBytes) | floor, std::memory_order_relaxed)) {
    }
  }

  [[nodiscard]] static std::uint64_t word_of(std::uint32_t era, std::uint64_t bytes) {
    return std::uint64_t{era} << kBytesBits | bytes;
  }
  // Eras go round: a worker that comes late finds one that is a few ahead.
  [[nodiscard]] static bool is_behind(std::uint64_t word, std::uint32_t era) {
    constexpr std::uint64_t kEras = std::uint64_t{1} << (64U - kBytesBits);
    const std::uint64_t ahead = (era - (word >> kBytesBits)) % kEras;
    return ahead != 0 && ahead < kEras / 2;
  }

  static constexpr unsigned kBytesBits = 60;  // 266 days of 50 GB/s; the era's number above
  static constexpr std::uint64_t kBytes = (std::uint64_t{1} << kBytesBits) - 1;

  static constexpr std::uint64_t kOnePacket = std::uint64_t{1} << 40U;  // below it bytes: a TiB

  std::atomic<std::uint64_t> promised_{0};             // era and bytes; all workers write
  std::atomic<std::uint64_t> burst_;                   // all workers write the same
  alignas(64) std::atomic<std::uint64_t> waiting_{0};  // all workers write
};

}  // namespace weir
