// What is no TCP: it passes untouched unless a rule selects it by its kind, and then it is held and limited as a flow
// of its own, so that its order is kept. It has no exchanges; only what single packets and outages can suffer is done
// to it. Worker's thread.
#pragma once

#include "engine/pipeline.h"
#include "wire/tcp_segment.h"

namespace weir {

/// Takes a frame that is no whole TCP segment and came in at `from`; its packet is the pipeline's from here.
void shape_other(Pipeline& pipeline, std::uint8_t link, const Frame& frame, Side from, Instant now);

}  // namespace weir
