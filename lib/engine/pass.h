// The end of a segment's way through shape: into its lane if it has to wait, else straight to the tx batch.
// Worker's thread.
#pragma once

#include "engine/passage.h"

namespace weir {

/// Lets a segment go when it is due: at once if nothing stands before it, else by its lane.
void pass(Pipeline& pipeline, Flow& flow, const Passage& passage);

/// What of a segment lies before the cut, in a frame of weir's own, with its facts; null where no buffer is free. The
/// segment stays the caller's.
[[nodiscard]] Frame trim(Pipeline& pipeline, const Passage& passage, TcpSegment& facts);

/// The frame's bytes once more, in a packet of weir's own; null where no buffer is free.
[[nodiscard]] Frame duplicate(Pipeline& pipeline, const Frame& frame);

/// Lets a segment go now, past all that waits in its lane.
void overtake(Pipeline& pipeline, Flow& flow, const Passage& passage);

/// Drops a segment instead of letting it go; the decisions that it carries were for nothing.
void drop_undelivered(Pipeline& pipeline, const Flow& flow, const Passage& passage, DropReason reason);

/// Writes into the packet what a lane has to know of it.
void note_in_packet(Packet& packet, const Passage& passage, std::uint16_t charge);

}  // namespace weir
