#include "engine/hold.h"

#include <algorithm>
#include <utility>

#include "engine/pace.h"
#include "engine/queue.h"
#include "engine/reset.h"
#include "flow/lane.h"
#include "flow/tcp_tracker.h"

namespace weir {
namespace {

// What a capture tells of a packet that waited: why, as far as its due time, the limiter and outages explain it.
FrameNote note_of_held(const Pipeline& pipeline, const Flow& flow, const Packet& packet, Instant now) {
  FrameNote note{now - packet.arrived_at, packet.exchange, packet.touched, packet.rule, link_of(flow.key)};
  const Instant stalled_until = pipeline.stalled_until(flow);
  const bool outlasted = stalled_until > std::max(packet.due_at, packet.arrived_at);
  if (outlasted) note.touched |= touch::kOutage;
  if (packet.charge > 0 && now > std::max(packet.due_at, stalled_until)) note.touched |= touch::kRate;
  return note;
}

// The wheel has no room, so nothing would ever find this lane again: what it holds goes now, and is counted.
void let_go(Pipeline& pipeline, Flow& flow, Side from, Instant now) {
  leave_queue(pipeline, flow, from, now);
  void_references(flow.lane(from));
  while (!flow.lane(from).empty()) {
    pipeline.counters.count(UnshapedReason::kWheelFull);
    hand_over_head(pipeline, flow, from, Duration(), now);
  }
}

void discard_lane(Pipeline& pipeline, Flow& flow, Side from, DropReason reason, Instant now) {
  Lane& lane = flow.lane(from);
  leave_queue(pipeline, flow, from, now);
  void_references(lane);
  while (!lane.empty()) {
    drop_held(pipeline, flow, take_head(lane), reason, now);
  }
}

// A packet that can't wait, for want of room.
void turn_away(Pipeline& pipeline, const Flow& flow, Packet& packet, DropReason reason, Instant now) {
  pipeline.recorder.note_end_of(packet, flow, Event::kAbandoned, now);
  pipeline.exit.drop(packet, reason, note_of_held(pipeline, flow, packet, now));
}

// The packet in a buffer that may be kept: its own while there are enough, else a small one if it fits. Null when there
// is none. While few are held nothing is copied.
Packet* in_buffer_to_keep(Pipeline& pipeline, Packet& packet) {
  if (pipeline.large >= pipeline.shrinks_from && packet.length <= pipeline.small_room) {
    if (Packet* const small = pipeline.source.shrink(packet)) {
      pipeline.counters.shrunk.add(1);
      return small;
    }
  }
  if (pipeline.large == pipeline.most_large) return nullptr;
  ++pipeline.large;
  return &packet;
}

// A packet leaves its lane.
void forget_held(Pipeline& pipeline, const Packet& packet) {
  --pipeline.held;
  if (!packet.is_small) --pipeline.large;
}

// The lane's head goes to the tx batch, and what was promised for it is checked; a cut that waited for it comes behind.
void hand_over(Pipeline& pipeline, Flow& flow, Side from, Instant now) {
  Lane& lane = flow.lane(from);
  Packet& packet = take_head(lane);
  forget_held(pipeline, packet);
  const bool in_order = static_cast<std::int16_t>(packet.place - lane.left) > 0;
  lane.left = packet.place;
  if (!in_order) pipeline.counters.out_of_order.add(1);
  if (now < packet.due_at || now < flow.stalled_until) pipeline.counters.early.add(1);
  if (packet.is_first_byte) {
    pipeline.counters.responses_held.add(1);
    pipeline.counters.response_held_ns.add(static_cast<std::uint64_t>((now - packet.arrived_at).nanoseconds()));
  }
  if (packet.decisions > 0) pipeline.recorder.note_end_of(packet, flow, Event::kDone, now);
  note_released(flow, pipeline.pieces, from, packet.sequence, packet.sequence_end());
  TxBatch& batch = pipeline.towards(link_of(flow.key), other(from));
  if (batch.is_tapped()) {
    batch.add(packet, packet.length, note_of_held(pipeline, flow, packet, now));
  } else {
    batch.add(packet, packet.length);
  }
  if (flow.cut_pending == CutPending::kNo) return;
  cut_behind(pipeline, flow, {&packet, packet.bytes, packet.length}, packet.cuts, from, now);
}

}  // namespace

void hold_any(Pipeline& pipeline, Flow& flow, Side from, Packet& arrived, Instant now) {
  if (pipeline.held == pipeline.most_held) return turn_away(pipeline, flow, arrived, DropReason::kHeldFull, now);
  Packet* const kept = in_buffer_to_keep(pipeline, arrived);
  if (kept == nullptr) return turn_away(pipeline, flow, arrived, DropReason::kPoolShort, now);
  Packet& packet = *kept;
  ++pipeline.held;
  Lane& lane = flow.lane(from);
  // Whoever stands behind one that has had no turn at its rule's own rate waits for that one to take it first.
  const bool is_its_turn = lane.tail == nullptr || lane.tail->paced;
  const bool takes_turn = is_its_turn && std::max(packet.due_at, pipeline.stalled_until(flow)) <= now;
  packet.paced = is_its_turn && packet.own_charge == 0;
  if (packet.own_charge > 0 && takes_turn && !take_turn(pipeline, flow, packet, now)) {
    return drop_limited(pipeline, flow, packet, DropReason::kRateQueue, now);
  }
  if (lane.tail != nullptr) packet.due_at = std::max(packet.due_at, lane.tail->due_at);
  const bool first_to_wait = lane.first_unticketed() == nullptr;
  append(lane, packet);
  if (first_to_wait) schedule(pipeline, flow, from, packet.due_at, now);
}

void schedule(Pipeline& pipeline, Flow& flow, Side from, Instant due_at, Instant now) {
  const Instant wake_at = std::max(due_at, pipeline.stalled_until(flow));
  if (!pipeline.wheel.insert(wake_at, pipeline.reference_to(flow, from).token())) let_go(pipeline, flow, from, now);
}

void stall(Pipeline& pipeline, Flow& flow, Instant until, Instant now) {
  flow.stalled_until = std::max(flow.stalled_until, until);
  for (const Side from : {Side::kA, Side::kB}) {
    Lane& lane = flow.lane(from);
    if (lane.last_ticketed == nullptr) continue;  // the wheel still knows the lane, and release looks at the stall
    leave_queue(pipeline, flow, from, now);
    void_references(lane);
    schedule(pipeline, flow, from, lane.head->due_at, now);
  }
}

void drop_held(Pipeline& pipeline, const Flow& flow, Packet& packet, DropReason reason, Instant now) {
  forget_held(pipeline, packet);
  pipeline.recorder.note_end_of(packet, flow, Event::kAbandoned, now);
  pipeline.exit.drop(packet, reason, note_of_held(pipeline, flow, packet, now));
}

void drop_limited(Pipeline& pipeline, Flow& flow, Packet& packet, DropReason reason, Instant now) {
  drop_held(pipeline, flow, packet, reason, now);
  pipeline.recorder.note(flow, Event::kDrop, now, flow.drops++, 0);
}

void discard_held(Pipeline& pipeline, Flow& flow, DropReason reason, Instant now) {
  for (const Side from : {Side::kA, Side::kB}) discard_lane(pipeline, flow, from, reason, now);
}

void hand_over_head(Pipeline& pipeline, Flow& flow, Side from, Duration lateness, Instant now) {
  pipeline.late.note(lateness, 1);
  hand_over(pipeline, flow, from, now);
}

Run hand_over_due(Pipeline& pipeline, Flow& flow, Side from, Run most, Instant now) {
  Lane& lane = flow.lane(from);
  const Instant stalled_until = pipeline.stalled_until(flow);
  Run run;
  Instant due_at;               // of those that were handed over last,
  std::size_t of_one_time = 0;  // so many
  const bool may_be_cut = flow.cut_pending != CutPending::kNo;
  while (run.packets < most.packets && lane.head != nullptr) {
    const Packet& packet = *lane.head;
    if (packet.due_at > now || !packet.paced || run.charge + packet.charge > most.charge) break;
    const Instant due_now = std::max(packet.due_at, stalled_until);
    if (due_now != due_at) {
      pipeline.late.note(now - due_at, std::exchange(of_one_time, 0));
      due_at = due_now;
    }
    ++of_one_time;
    ++run.packets;
    run.charge += packet.charge;
    hand_over(pipeline, flow, from, now);
    if (may_be_cut) break;  // the lane may have become another one
  }
  pipeline.late.note(now - due_at, of_one_time);
  return run;
}

}  // namespace weir
