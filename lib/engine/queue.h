// The queue before the limiter where a discipline chooses when packets leave. A packet that is due joins it; the queue
// takes tickets for bytes, not for packets, and whoever the discipline chooses leaves with them when the capacity has
// reached their mark. So the bytes of a packet that is dropped inside the queue are not lost: the next one takes them.
// Worker's thread.
#pragma once

#include "engine/pipeline.h"

namespace weir {

/// What a turn begins with: the bounds of this instant's rate, and PIE's probability. budget.carried must be this
/// turn's. @param stalls whether some rule stalls connections: bytes of tickets that a stall makes void would be lost.
void begin_turn_of_queue(Budget& budget, const SpeedRule& speed, bool stalls, Instant now);

/// The first packet of a lane that has no ticket joins the queue; it, or others, are dropped where there is no room.
void join_queue(Pipeline& pipeline, Budget& budget, Flow& flow, Side from, Instant now);

/// Lets go whoever is next while the capacity has reached its mark.
void serve_queue(Pipeline& pipeline, Budget& budget, Instant now);

/// The packets of a lane have left the queue, into which they may come again; for who voids its references.
void leave_queue(Pipeline& pipeline, const Flow& flow, Side from, Instant now);

}  // namespace weir
