#include "engine/shape.h"

#include "engine/exchange.h"
#include "engine/outage.h"
#include "engine/pass.h"
#include "engine/reset.h"
#include "engine/selection.h"
#include "engine/single_packets.h"
#include "engine/straight_on.h"

namespace weir {
namespace {

// Feeds what is new of the payload to the exchange tracker, and its finds to the rules.
Begun follow_exchanges(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  const bool from_client = passage.from == flow.client;
  ExchangeTracker& tracker = flow.exchange_tracker;
  if (passage.tracked.arrival == Arrival::kGap) {
    from_client ? tracker.miss_client(passage.tracked.missing) : tracker.miss_server(passage.tracked.missing);
  }
  const std::span<const std::byte> fresh = passage.frame.span().subspan(
      static_cast<std::size_t>(passage.segment.payload_offset) + passage.tracked.fresh_offset,
      passage.tracked.fresh_length);
  if (!from_client) {
    const Seen seen = tracker.on_server(fresh);
    return {.responses = seen.responses, .response_at = seen.response_at};
  }
  RequestRules rules(pipeline, flow, passage.now);
  const bool knew_protocol = flow.knows_protocol;
  const bool is_heard = flow.wants_facts || pipeline.listener != nullptr;
  const Seen seen = tracker.on_client(fresh, is_heard ? &rules : nullptr, &pipeline.facts);
  settle_protocol(pipeline, flow, passage.now);
  const bool begins_turns = !knew_protocol && tracker.protocol() == Protocol::kOther;
  if (begins_turns) return {.requests = 1};
  const bool by_heads = flow.wants_facts && !flow.settled && tracker.reads_messages();
  return {.requests = by_heads ? rules.heads() : seen.requests};
}

// A retransmission, if of what is still held for the sake of a first byte: the originals will be delivered. Only if all
// of it lies in packets of the lane, one behind the other: what weir never saw, or dropped, is needed. Looks at a
// bounded number of packets; what lies behind them is forwarded twice.
bool repeats_what_is_held(Flow& flow, const Passage& passage) {
  constexpr int kPacketsToLookAt = 64;
  if (passage.now >= flow.lane(passage.from).held_until) return false;
  std::uint32_t covered_to = passage.segment.sequence;
  const Packet* packet = flow.lane(passage.from).head;
  for (int seen = 0; packet != nullptr && seen < kPacketsToLookAt; packet = packet->next, ++seen) {
    if (sequence_after(packet->sequence, covered_to)) return false;
    if (sequence_after(packet->sequence_end(), covered_to)) covered_to = packet->sequence_end();
    if (!sequence_after(passage.segment.sequence_end(), covered_to)) return true;
  }
  return false;
}

void absorb(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  pipeline.recorder.note(flow, Event::kAbsorb, passage.now, flow.absorbed++, 0);
  pipeline.exit.absorb(*passage.frame.packet, note_of(flow));
}

void pass_shaped(Pipeline& pipeline, Flow& flow, Passage& passage) {
  // Should weir itself have lost the first byte that latency holds, what is sent again waits as it would have.
  if (passage.segment.sequence_length() > 0) passage.delay_until(flow.lane(passage.from).held_until);
  if (pipeline.duties.has(flow.rule, duty::kPackets)) {
    return pass_by_packet_rules(pipeline, flow, passage, *pipeline.impairments(flow.rule));
  }
  pass(pipeline, flow, passage);
}

void go_on(Pipeline& pipeline, Flow& flow, Passage& passage, Begun begun) {
  const bool may_stall = pipeline.duties.has(flow.rule, duty::kJitter);
  if (may_stall && !draw_outage(pipeline, flow, passage, begun)) return;
  pass_shaped(pipeline, flow, passage);
}

// Without a buffer all of it goes; the cut comes behind it.
void go_on_trimmed(Pipeline& pipeline, Flow& flow, Passage& passage, Begun begun) {
  TcpSegment facts;
  const Frame trimmed = trim(pipeline, passage, facts);
  if (trimmed.packet == nullptr) return go_on(pipeline, flow, passage, begun);
  Passage shorter{trimmed, facts, passage.from, passage.tracked, passage.now, passage.due_at};
  shorter.decisions = passage.decisions;
  shorter.is_first_byte = passage.is_first_byte;
  shorter.cuts = passage.cuts;
  shorter.touched = static_cast<std::uint16_t>(passage.touched | touch::kTrimmed);
  shorter.exchange = passage.exchange;
  pipeline.exit.drop(*passage.frame.packet, DropReason::kReset, note_of(flow));
  go_on(pipeline, flow, shorter, begun);
}

void shape_selected(Pipeline& pipeline, Flow& flow, Passage& passage, Begun begun) {
  if (passage.tracked.arrival == Arrival::kOld && repeats_what_is_held(flow, passage)) {
    return absorb(pipeline, flow, passage);
  }
  const bool begins = begun.requests + begun.responses > 0;
  if (begins && !draw_for_exchanges(pipeline, flow, passage, begun)) return;
  if (flow.cut_pending != CutPending::kNo && !count_towards_cut(pipeline, flow, passage)) return;
  if (passage.beyond > 0) return go_on_trimmed(pipeline, flow, passage, begun);
  go_on(pipeline, flow, passage, begun);
}

// A segment that nothing is done to, and that says nothing of its connection's life.
bool is_left_alone(const Pipeline& pipeline, const Flow& flow, const TcpSegment& segment) {
  return flow.interest == Interest::kIgnored && !segment.has(tcp_flag::kOfItsLife) && flow.phase != Phase::kCut &&
         pipeline.duties.of(flow.rule) == 0 && flow.quiet();
}

}  // namespace

void shape(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& segment, Side from, Instant now) {
  if (flow.selection != pipeline.scene->selection->number) choose_anew(pipeline, flow, now);
  if (is_left_alone(pipeline, flow, segment)) {
    return pipeline.towards(link_of(flow.key), other(from)).add(*frame.packet, frame.length);
  }
  if (goes_straight_on(pipeline, flow, frame, segment, from, now)) return;
  if (flow.phase == Phase::kCut) {
    answer_after_cut(pipeline, flow, frame, segment, from);
    return pipeline.exit.drop(*frame.packet, DropReason::kAfterReset, note_of(flow));
  }
  const Phase phase_before = flow.phase;
  Passage passage{frame, segment, from, track(flow, segment, from), now, now};
  if (flow.cut_pending != CutPending::kNo) note_newest_timestamp(flow, frame, segment, from);
  const bool may_connect = segment.has(tcp_flag::kSyn) || flow.cut_pending != CutPending::kNo;
  if (may_connect && !draw_for_connect(pipeline, flow, passage)) return;
  const bool is_read = passage.tracked.fresh_length > 0 && flow.interest != Interest::kIgnored;
  const Begun begun = is_read ? follow_exchanges(pipeline, flow, passage) : Begun{};
  if (flow.interest != Interest::kSelected) return pass(pipeline, flow, passage);
  shape_selected(pipeline, flow, passage, begun);
  const bool ended = flow.phase == Phase::kClosed && phase_before == Phase::kOpen;
  if (!ended) return;
  pipeline.flows.refresh(flow);
  pipeline.recorder.note(flow, Event::kClose, now, 0, 0);
}

}  // namespace weir
