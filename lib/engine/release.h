// Release: what is due leaves. The wheel gives the lanes whose first waiting packet is due; their packets go to the tx
// batch, or take a ticket of the limiter and go when the capacity has reached its mark. Work a turn is bounded and is
// resumed in the next. Worker's thread, once a turn, after admit.
#pragma once

#include "engine/pipeline.h"

namespace weir {

/// Releases what is due at `now`. pipeline.carried must be the capacity of this turn. False: a turn was too short for
/// all of it.
[[nodiscard]] bool release(Pipeline& pipeline, Instant now);

}  // namespace weir
