// The straight way through shape: a segment in the middle of a conversation, which begins nothing and ends nothing.
// Most segments that are shaped are of this kind, and need a third of what the others do. Worker's thread.
#pragma once

#include "engine/pipeline.h"
#include "wire/tcp_segment.h"

namespace weir {

/// Takes a segment that comes in order, lies inside a message and is no occasion to draw anything: it goes on at once,
/// or waits behind what it stands behind. Whatever shape would have done is done. Any other segment is left as it is:
/// false. The flow's rule must be that of the scene.
[[nodiscard]] bool goes_straight_on(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& segment,
                                    Side from, Instant now);

}  // namespace weir
