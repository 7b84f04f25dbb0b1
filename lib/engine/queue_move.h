// A discipline of another kind begins (tickets, order, turns): what waits for the limiter moves over, in the order in
// which the one before would have served it, and what finds no room by the new bounds is dropped. Tickets of before are
// void, for every worker from the same change of rules on, and their bytes are there again (rate/limiter.h), so that
// the rate is kept. Packets keep their place in their lane. Work a turn is bounded; while it goes on nothing is served.
// Worker's thread.
#pragma once

#include "engine/pipeline.h"

namespace weir {

/// The rules of another scene ask for a service: from the next turn on, if it is another one.
void ask_for(QueueState& queue, QueueState::Service service);

/// What a turn begins with, when its bounds are known: moves what waits, if another service was asked for.
void move_over(Pipeline& pipeline, Budget& budget, Instant now);

/// While what waits moves: the packets of a lane leave, and none of them has moved.
void forget_move(const QueueState& queue, LaneQueue& lane);

}  // namespace weir
