// Jitter: a short outage of a connection, both directions at once. Worker's thread.
#pragma once

#include "engine/exchange.h"
#include "engine/passage.h"

namespace weir {

/// Draws whether an outage begins with this segment, and stalls the connection if one does. False: the segment came in
/// an outage that drops, and has been dropped. For flows whose rule has duty::kJitter.
[[nodiscard]] bool draw_outage(Pipeline& pipeline, Flow& flow, Passage& passage, Begun begun);

}  // namespace weir
