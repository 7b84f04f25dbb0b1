// A rate of a rule's own, beside the one budget: of all that comes under the rule, or of each of its connections. A
// packet that is due takes its turn at it, and is due again when that comes; only then does it go on to the budget. So
// turns cost nothing but an instant: the wheel finds the lane. Worker's thread.
#pragma once

#include "engine/pipeline.h"

namespace weir {

/// The rate that a connection's rule has of its own; null for none.
[[nodiscard]] const OwnRate* own_rate_of(const Pipeline& pipeline, const Flow& flow);

/// Takes the packet's turn and raises its due time to it. False where it would have to wait for too long: it must go.
[[nodiscard]] bool take_turn(Pipeline& pipeline, Flow& flow, Packet& packet, Instant now);

/// The same for a lane's first packet without ticket, which is due and has had no turn, and for what is due behind it;
/// drops those that would have to wait for too long.
void take_turns(Pipeline& pipeline, Flow& flow, Side from, Instant now);

/// A stall begins: turns that were taken are void, as on a link that is down.
void void_turns(Flow& flow);

}  // namespace weir
