// Which packet of the queue before the limiter goes next, and which is dropped where the queue is full: first in first
// out over lanes, or deficit round robin (RFC 8290, 4.1 and 4.2). Work a call is bounded. Worker's thread.
#pragma once

#include "engine/pipeline.h"

namespace weir {

enum class Choice : std::uint8_t {
  kFound,
  kEmpty,   // nothing waits
  kNotYet,  // the bound of work was reached: ask again in the next turn
};

/// Finds the lane whose head goes next. Asked again without a change it finds the same.
[[nodiscard]] Choice choose_next(Pipeline& pipeline, Budget& budget, LaneReference& lane);

/// The lane whose head is dropped for want of room: the oldest packet's, or where lanes take turns that of the lane
/// with the most bytes among the first 64 in turn; kEmpty if this worker has none waiting.
[[nodiscard]] Choice choose_victim(Pipeline& pipeline, Budget& budget, LaneReference& lane);

/// A lane's first packet has joined: it takes turns from now on.
void begin_turns(Pipeline& pipeline, Budget& budget, std::uint32_t lane);

}  // namespace weir
