// Impairments of single packets: loss, duplication, corruption, reordering and delay, by the packet rules of the rule
// that a connection comes under; and latency per packet. Worker's thread.
#pragma once

#include "engine/passage.h"

namespace weir {

/// Draws for a segment by each packet rule in turn, and lets it go: not at all, once or twice, later, or before others.
void pass_by_packet_rules(Pipeline& pipeline, Flow& flow, Passage& passage, const Impairments& impair);

}  // namespace weir
