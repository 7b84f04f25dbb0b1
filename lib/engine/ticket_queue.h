// The tickets of one worker that have not been served yet, first in first out: marks only grow. A ticket names a lane,
// not a packet; one whose lane has moved to another epoch is void. Memory is handed in. Worker's thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/side.h"

namespace weir {

/// Names a lane in the wheel and among the tickets; void once the lane's epoch has moved on.
struct LaneReference {
  std::uint32_t slot = 0;  // of its flow in the table, below 2^30
  std::uint32_t epoch = 0;
  Side side = Side::kA;

  [[nodiscard]] std::uint64_t token() const {
    return (std::uint64_t{slot} << 33U) | (static_cast<std::uint64_t>(side) << 32U) | epoch;
  }
  [[nodiscard]] static LaneReference from_token(std::uint64_t token) {
    return {static_cast<std::uint32_t>(token >> 33U), static_cast<std::uint32_t>(token),
            static_cast<Side>((token >> 32U) & 1U)};
  }
};

/// Names a connection's timer in the wheel: what LaneReference never sets is set. Void once its epoch has moved on.
struct TimerReference {
  std::uint32_t slot = 0;  // of the flow in the table, below 2^30
  std::uint32_t epoch = 0;

  [[nodiscard]] std::uint64_t token() const { return kMark | (std::uint64_t{slot} << 33U) | epoch; }
  [[nodiscard]] static bool is_one(std::uint64_t token) { return (token & kMark) != 0; }
  [[nodiscard]] static TimerReference from_token(std::uint64_t token) {
    return {static_cast<std::uint32_t>((token & ~kMark) >> 33U), static_cast<std::uint32_t>(token)};
  }

 private:
  static constexpr std::uint64_t kMark = std::uint64_t{1} << 63U;
};

struct Ticket {
  std::uint64_t mark = 0;  // served once the capacity has reached it
  LaneReference lane;
};

class TicketQueue {
 public:
  [[nodiscard]] static std::size_t bytes_for(std::uint32_t tickets) { return std::bit_ceil(tickets) * sizeof(Ticket); }

  /// @param memory at least bytes_for(tickets), aligned for Ticket; must outlive the queue.
  TicketQueue(std::span<std::byte> memory, std::uint32_t tickets)
      : mask_(std::bit_ceil(tickets) - 1U), slots_(reinterpret_cast<Ticket*>(memory.data())) {}

  [[nodiscard]] std::size_t room() const { return mask_ + 1 - (tail_ - head_); }
  [[nodiscard]] std::size_t size() const { return tail_ - head_; }
  [[nodiscard]] bool empty() const { return head_ == tail_; }
  [[nodiscard]] const Ticket& front() const { return slots_[head_ & mask_]; }

  /// There must be room.
  void push(const Ticket& ticket) { slots_[tail_++ & mask_] = ticket; }
  void pop() { ++head_; }
  void clear() { head_ = tail_; }

 private:
  std::size_t mask_;
  Ticket* slots_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace weir
