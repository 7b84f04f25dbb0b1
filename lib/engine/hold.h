// Holding: lanes, and the wheel that finds them. A lane with a packet that has no ticket is keyed in the wheel exactly
// once, by the due time of the first such packet, and never before the end of its connection's stall. Worker's thread.
#pragma once

#include <algorithm>

#include "engine/pipeline.h"
#include "flow/lane.h"

namespace weir {

/// Makes a packet wait in its lane. due_at must be set; it is raised to that of the packet in front of it, so that
/// nothing overtakes. The packet is the lane's from here, and may have become another one, in a small buffer; when no
/// more may be held it is dropped, so that held frames can never take the buffers that ports receive into.
inline void hold(Pipeline& pipeline, Flow& flow, Side from, Packet& arrived, Instant now);

/// Keys a lane in the wheel, no earlier than the end of its connection's stall. It must have a packet without ticket.
void schedule(Pipeline& pipeline, Flow& flow, Side from, Instant due_at, Instant now);

/// Stalls a connection: nothing of it leaves before `until`. Its packets leave the queue before the limiter, and join
/// again. Tickets that they hold are void, and their bytes lost; so where a rule stalls, packets have none
/// (engine/queue.h).
void stall(Pipeline& pipeline, Flow& flow, Instant until, Instant now);

/// Drops a packet that has just been taken out of its lane.
void drop_held(Pipeline& pipeline, const Flow& flow, Packet& packet, DropReason reason, Instant now);

/// The same for one that a limiter or its queue drops: that is logged.
void drop_limited(Pipeline& pipeline, Flow& flow, Packet& packet, DropReason reason, Instant now);

/// Drops all that is held of a connection.
void discard_held(Pipeline& pipeline, Flow& flow, DropReason reason, Instant now);

/// Takes the packet at the lane's head and hands it to the tx batch. Counts how late it is, and whether promises 1 and
/// 2 were kept for it.
void hand_over_head(Pipeline& pipeline, Flow& flow, Side from, Duration lateness, Instant now);

/// Packets, and what the limiter counts for them.
struct Run {
  std::size_t packets = 0;
  std::uint64_t charge = 0;
};

/// Hands over packets from the lane's head on, as hand_over_head does, as many as are due, have had their turn at their
/// rule's own rate, and are within `most`. None of the lane may have a ticket, and its connection must not be stalled.
Run hand_over_due(Pipeline& pipeline, Flow& flow, Side from, Run most, Instant now);

// Most packets that wait come behind others of their lane, which the wheel knows: the rest is in hold.cc.
void hold_any(Pipeline& pipeline, Flow& flow, Side from, Packet& arrived, Instant now);

inline void hold(Pipeline& pipeline, Flow& flow, Side from, Packet& arrived, Instant now) {
  Lane& lane = flow.lane(from);
  const bool is_behind = lane.tail != nullptr && lane.tail != lane.last_ticketed && lane.tail->paced;
  if (!is_behind || arrived.own_charge > 0 || !pipeline.has_room_to_hold()) {
    return hold_any(pipeline, flow, from, arrived, now);
  }
  ++pipeline.held;
  ++pipeline.large;
  arrived.paced = true;
  arrived.due_at = std::max(arrived.due_at, lane.tail->due_at);
  append(lane, arrived);
}

}  // namespace weir
