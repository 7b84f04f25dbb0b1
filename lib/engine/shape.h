// Shaping: what becomes of one segment of a known connection. Follows the connection's exchanges, draws what the rules
// ask for, and then hands the segment over untouched, holds it, absorbs it, or cuts the connection. Worker's thread.
#pragma once

#include "engine/pipeline.h"
#include "wire/tcp_segment.h"

namespace weir {

/// Takes a segment that came in at `from` before `now`; its packet is the pipeline's from here.
void shape(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& segment, Side from, Instant now);

}  // namespace weir
