// The queue before the limiter as a profile asks for it: which packet goes next, and which one goes not at all. Plain
// values; built by control, read by every worker.
#pragma once

#include <cstdint>

#include "rate/codel.h"

namespace weir {

struct QueueDiscipline {
  enum class Kind : std::uint8_t {
    kTailDrop,  // first in, first out; who finds it full is dropped
    kHeadDrop,  // first in, first out; the oldest makes room
    kCodel,     // first in, first out; by how long they stood (RFC 8289)
    kPie,       // first in, first out; by a probability that follows the delay (RFC 8033)
    kFq,        // each connection and direction by itself, in turn by bytes: deficit round robin
    kFqCodel,   // the same, new ones first, each with CoDel (RFC 8290)
  };

  Kind kind = Kind::kTailDrop;
  CodelLaw law = {};              // kCodel, kFqCodel; of kPie the target
  bool ecn = false;               // what understands it is marked instead of dropped
  std::uint32_t quantum = 1'514;  // kFq, kFqCodel: bytes a turn

  [[nodiscard]] bool by_connection() const { return kind == Kind::kFq || kind == Kind::kFqCodel; }
  friend bool operator==(const QueueDiscipline&, const QueueDiscipline&) = default;
};

/// How long the queue may become: time at the current rate (and never less than so many bytes), bytes, or packets.
struct QueueBound {
  enum class Unit : std::uint8_t { kTime, kBytes, kPackets };

  Unit unit = Unit::kTime;
  std::uint64_t most = 0;  // bytes or packets
  friend bool operator==(const QueueBound&, const QueueBound&) = default;
};

}  // namespace weir
