// What a worker remembers of each lane's part in the queue before the limiter, and the lists in which lanes take turns.
// One entry a lane, by the flow's slot and the side; it stays when the flow goes, and means nothing then. Memory is
// handed in. Worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/packet.h"
#include "engine/ticket_queue.h"
#include "rate/codel.h"

namespace weir {

struct LaneQueue {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t bytes = 0;    // in the queue
  std::uint32_t packets = 0;  // in the queue: those at the head of the lane, up to last_ticketed
  std::uint32_t next = kNone;
  std::int32_t deficit = 0;  // bytes that it may still send in its turn
  bool listed = false;       // in one of the budget's lists; may be so with nothing in the queue
  std::uint32_t era = 0;     // that of the queue when its packets began to move over (engine/queue_move.h)
  Packet* moved = nullptr;   // the last of them that has
  Codel codel;
};

class LaneQueues {
 public:
  [[nodiscard]] static std::size_t bytes_for(std::uint32_t flows) { return std::size_t{2} * flows * sizeof(LaneQueue); }

  /// @param memory at least bytes_for(flows), aligned for LaneQueue; must outlive this.
  LaneQueues(std::span<std::byte> memory, std::uint32_t flows) : queues_(reinterpret_cast<LaneQueue*>(memory.data())) {
    std::uninitialized_value_construct_n(queues_, std::size_t{2} * flows);
  }

  [[nodiscard]] static std::uint32_t number_of(const LaneReference& lane) {
    return 2 * lane.slot + static_cast<std::uint32_t>(index_of(lane.side));
  }
  [[nodiscard]] LaneQueue& operator[](std::uint32_t number) { return queues_[number]; }
  [[nodiscard]] LaneQueue& of(const LaneReference& lane) { return queues_[number_of(lane)]; }

 private:
  LaneQueue* queues_;
};

/// Lanes one behind the other, by their numbers.
class LaneList {
 public:
  [[nodiscard]] bool empty() const { return head_ == LaneQueue::kNone; }
  [[nodiscard]] std::uint32_t front() const { return head_; }

  void push(LaneQueues& queues, std::uint32_t lane) {
    queues[lane].next = LaneQueue::kNone;
    if (empty()) {
      head_ = lane;
    } else {
      queues[tail_].next = lane;
    }
    tail_ = lane;
  }
  void pop(const LaneQueue& front) { head_ = front.next; }

 private:
  std::uint32_t head_ = LaneQueue::kNone;
  std::uint32_t tail_ = LaneQueue::kNone;
};

}  // namespace weir
