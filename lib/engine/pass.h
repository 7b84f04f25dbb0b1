// The end of a segment's way through shape: into its lane if it has to wait, else straight to the tx batch.
// Worker's thread.
#pragma once

#include "engine/charge.h"
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

/// What the limiter counts for a segment, by the account that was asked for; 0: it needs no ticket.
[[nodiscard]] inline std::uint16_t charge_of(const Pipeline& pipeline, const Flow& flow, const TcpSegment& segment,
                                             std::uint32_t frame_length, Side from) {
  if (!pipeline.duties.has(flow.rule, duty::kLimit)) return 0;
  return charge(pipeline.tariff, segment, frame_length, from);
}

/// Writes into the packet what a lane has to know of a segment that nothing was decided about. Its rule stays to be
/// set.
inline void note_in_packet(Packet& packet, const Frame& frame, const TcpSegment& segment, Instant now,
                           std::uint16_t charge) {
  packet.bytes = frame.bytes;
  packet.length = frame.length;
  packet.arrived_at = now;
  packet.sequence = segment.sequence;
  packet.sequence_length = static_cast<std::uint16_t>(segment.sequence_length());
  packet.charge = charge;
  packet.own_charge = 0;
  packet.decision = 0;
  packet.decisions = 0;
  packet.is_first_byte = false;
  packet.cuts = false;
  packet.exchange = 0;
  packet.touched = 0;
}

/// The same, with what was decided.
void note_in_packet(Packet& packet, const Passage& passage, std::uint16_t charge);

}  // namespace weir
