#include "engine/shape.h"

#include <algorithm>

#include "engine/hold.h"
#include "engine/reset.h"
#include "flow/tcp_tracker.h"
#include "impair/decide.h"

namespace weir {
namespace {

// One segment on its way through: what arrived, and what has been decided about it so far.
struct Passage {
  const Frame& frame;
  const TcpSegment& segment;
  Side from;
  Tracked tracked;
  Instant now;
  Instant due_at;
  Decisions decisions;
  bool begins_response = false;  // and latency holds it
};

// Feeds what is new of the payload to the exchange tracker.
Seen follow_exchanges(Flow& flow, const Passage& passage) {
  if (passage.tracked.fresh_length == 0) return {};
  const bool from_client = passage.from == flow.client;
  ExchangeTracker& tracker = flow.exchange_tracker;
  if (passage.tracked.arrival == Arrival::kGap) {
    from_client ? tracker.miss_client(passage.tracked.missing) : tracker.miss_server(passage.tracked.missing);
  }
  const std::span<const std::byte> fresh = passage.frame.span().subspan(
      static_cast<std::size_t>(passage.segment.payload_offset) + passage.tracked.fresh_offset,
      passage.tracked.fresh_length);
  return from_client ? tracker.on_client(fresh) : tracker.on_server(fresh);
}

void settle_interest(Pipeline& pipeline, Flow& flow, Instant now) {
  if (flow.interest != Interest::kSniffing || flow.exchange_tracker.protocol() == Protocol::kUnknown) return;
  if (!flow.exchange_tracker.is_http()) {
    flow.interest = Interest::kIgnored;
    return;
  }
  flow.interest = Interest::kSelected;
  pipeline.counters.connections.add(1);
  pipeline.recorder.note(flow, Event::kOpen, now, 0, 0);
}

// A retransmission of what is still held for the sake of a first byte: the originals will be delivered. Only if all of
// it lies in packets of the lane, one behind the other: what weir never saw, or dropped, is needed. Looks at a bounded
// number of packets; what lies behind them is forwarded twice.
bool repeats_what_is_held(Flow& flow, const Passage& passage) {
  constexpr int kPacketsToLookAt = 64;
  if (passage.tracked.arrival != Arrival::kOld || passage.from == flow.client) return false;
  if (passage.now >= flow.response_due_at) return false;
  std::uint32_t covered_to = passage.segment.sequence;
  const Packet* packet = flow.lane(passage.from).head;
  for (int seen = 0; packet != nullptr && seen < kPacketsToLookAt; packet = packet->next, ++seen) {
    if (sequence_after(packet->sequence, covered_to)) return false;
    if (sequence_after(packet->sequence_end, covered_to)) covered_to = packet->sequence_end;
    if (!sequence_after(passage.segment.sequence_end(), covered_to)) return true;
  }
  return false;
}

void absorb(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  pipeline.recorder.note(flow, Event::kAbsorb, passage.now, flow.absorbed++, 0);
  pipeline.exit.absorb(*passage.frame.packet);
}

// Jitter is drawn once in each second of the connection's life in which it carries data, at the first data of it.
void draw_jitter(Pipeline& pipeline, Flow& flow, Passage& passage) {
  if (!pipeline.rules.jitter || passage.segment.payload_length == 0) return;
  if (passage.now < flow.stalled_until) return;  // a connection that stalls carries nothing
  const Duration age = passage.now - flow.opened_at;
  const auto second = static_cast<std::uint32_t>(age.nanoseconds() / kNanosecondsPerSecond) + 1;
  if (second == flow.jitter_second) return;
  flow.jitter_second = second;
  const std::uint32_t n = flow.jitter_draws++;
  const Struck struck = decide_jitter(*pipeline.rules.jitter, flow.draw_key, n);
  pipeline.counters.jitter_draws.add(1);
  if (!struck.hit) return pipeline.recorder.note(flow, Event::kJitter, passage.now, n, struck.draw, false);
  pipeline.counters.jitter_applied.add(1);
  pipeline.counters.jitter_drawn_ns.add(static_cast<std::uint64_t>(struck.length.nanoseconds()));
  stall(pipeline, flow, passage.now + struck.length, passage.now);
  pipeline.recorder.note_hold(flow, Event::kJitter, passage.now, n, struck.length, flow.stalled_until,
                              passage.decisions);
}

// Whether exchange n is cut in place of its response's first byte.
bool draw_reset(Pipeline& pipeline, Flow& flow, const Passage& passage, std::uint32_t n) {
  if (!pipeline.rules.reset) return false;
  const Struck struck = decide_reset(*pipeline.rules.reset, flow.draw_key, n);
  pipeline.counters.reset_draws.add(1);
  pipeline.recorder.note(flow, Event::kReset, passage.now, n, struck.draw, struck.hit);
  if (struck.hit) pipeline.counters.reset_applied.add(1);
  return struck.hit;
}

void draw_latency(Pipeline& pipeline, Flow& flow, Passage& passage, std::uint32_t n) {
  if (!pipeline.rules.latency) return;
  const Duration hold_for = decide_latency(*pipeline.rules.latency, flow.draw_key, n);
  const Instant due_at = passage.now + hold_for;
  pipeline.counters.latency_applied.add(1);
  pipeline.recorder.note_hold(flow, Event::kLatency, passage.now, n, hold_for, due_at, passage.decisions);
  passage.due_at = std::max(passage.due_at, due_at);
  passage.begins_response = true;
  flow.response_due_at = std::max(flow.response_due_at, due_at);
}

void note_in_packet(Packet& packet, const Passage& passage) {
  packet.bytes = passage.frame.bytes;
  packet.length = passage.frame.length;
  packet.due_at = passage.due_at;
  packet.arrived_at = passage.now;
  packet.sequence = passage.segment.sequence;
  packet.sequence_end = passage.segment.sequence_end();
  packet.payload = passage.segment.payload_length;
  packet.decision = passage.decisions.first;
  packet.decisions = passage.decisions.count;
  packet.begins_response = passage.begins_response;
}

// What is due now, with nothing of its lane before it and no ticket to take, never enters the lane.
void pass(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  Packet& packet = *passage.frame.packet;
  const bool needs_ticket = pipeline.limiter != nullptr && passage.segment.payload_length > 0;
  const Instant due_at = std::max(passage.due_at, flow.stalled_until);
  if (needs_ticket || due_at > passage.now || !flow.lane(passage.from).empty()) {
    note_in_packet(packet, passage);
    return hold(pipeline, flow, passage.from, packet, passage.now);
  }
  if (passage.decisions.count > 0) {
    note_in_packet(packet, passage);
    pipeline.recorder.note_end_of(packet, flow, Event::kDone, passage.now);
  }
  note_released(flow, passage.from, passage.segment.sequence_end());
  pipeline.towards(link_of(flow.key), other(passage.from)).add(packet, passage.frame.length);
}

void cut_in_place_of(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  Packet& packet = *passage.frame.packet;
  note_in_packet(packet, passage);
  pipeline.recorder.note_end_of(packet, flow, Event::kAbandoned, passage.now);
  cut(pipeline, flow, passage.frame, passage.segment, passage.from, passage.now);
  pipeline.exit.drop(packet, DropReason::kReset);
}

void shape_selected(Pipeline& pipeline, Flow& flow, Passage& passage, Seen seen) {
  if (repeats_what_is_held(flow, passage)) return absorb(pipeline, flow, passage);
  draw_jitter(pipeline, flow, passage);
  for (std::uint16_t i = 0; i < seen.responses; ++i) {
    const std::uint32_t n = flow.exchanges++;
    pipeline.counters.exchanges.add(1);
    if (draw_reset(pipeline, flow, passage, n)) return cut_in_place_of(pipeline, flow, passage);
    draw_latency(pipeline, flow, passage, n);
  }
  pass(pipeline, flow, passage);
}

}  // namespace

void shape(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& segment, Side from, Instant now) {
  if (flow.phase == Phase::kReset) {
    answer_as_closed(pipeline, flow, frame, segment, from);
    return pipeline.exit.drop(*frame.packet, DropReason::kAfterReset);
  }
  const Phase phase_before = flow.phase;
  Passage passage{frame, segment, from, track(flow, segment, from), now, now, {}};
  Seen seen;
  if (flow.interest != Interest::kIgnored) {
    seen = follow_exchanges(flow, passage);
    settle_interest(pipeline, flow, now);
  }
  if (flow.interest == Interest::kSelected) {
    shape_selected(pipeline, flow, passage, seen);
    const bool ended = flow.phase == Phase::kClosed && phase_before == Phase::kOpen;
    if (ended) pipeline.recorder.note(flow, Event::kClose, now, 0, 0);
    return;
  }
  note_released(flow, from, segment.sequence_end());
  pipeline.towards(link_of(flow.key), other(from)).add(*frame.packet, frame.length);
}

}  // namespace weir
