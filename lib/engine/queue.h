// The queue before the limiter where a discipline chooses when packets leave. A packet that is due joins it; the queue
// takes tickets for bytes, not for packets, and whoever the discipline chooses leaves with them when the capacity has
// reached their mark. So the bytes of a packet that is dropped inside the queue are not lost: the next one takes them.
// Worker's thread.
#pragma once

#include "engine/pipeline.h"

namespace weir {

/// An instant as a packet remembers it.
[[nodiscard]] inline std::uint32_t microseconds_of(Instant t) {
  return static_cast<std::uint32_t>(t.nanoseconds() / 1'000);
}

/// How a queue is served. @param stalls whether some rule stalls connections: bytes of tickets that a stall makes void
/// would be lost.
[[nodiscard]] QueueState::Service service_of(const SpeedRule& speed, bool stalls);

/// What a turn begins with: the bounds of this instant's rate, and PIE's probability. budget.carried must be this
/// turn's.
void begin_turn_of_queue(Budget& budget, const SpeedRule& speed, Instant now);

/// Whether the bounds leave no room for so many bytes, of all workers together.
[[nodiscard]] bool is_full(const Budget& budget, std::uint64_t charge);

/// Counts a packet of a lane into the queue, behind those of it that are there.
void enter_queue(Pipeline& pipeline, Budget& budget, const LaneReference& reference, std::uint16_t charge);

/// The first packet of a lane that has no ticket joins the queue; it, or others, are dropped where there is no room.
void join_queue(Pipeline& pipeline, Budget& budget, Flow& flow, Side from, Instant now);

/// Lets go whoever is next while the capacity has reached its mark.
void serve_queue(Pipeline& pipeline, Budget& budget, Instant now);

/// The packets of a lane have left the queue, into which they may come again; for who voids its references.
void leave_queue(Pipeline& pipeline, const Flow& flow, Side from, Instant now);

}  // namespace weir
