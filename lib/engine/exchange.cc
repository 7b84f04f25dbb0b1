#include "engine/exchange.h"

#include <utility>

#include "engine/pass.h"
#include "engine/reset.h"
#include "engine/selection.h"
#include "impair/decide.h"

namespace weir {
namespace {

using At = ResetRule::At;
using How = ResetRule::How;

// Whether an exchange (or, by another rule, the connection) is cut. `n` numbers the draw.
bool draw_reset(Pipeline& pipeline, Flow& flow, const Passage& passage, const ResetRule& rule, std::uint32_t n) {
  if (rule.per == ResetRule::Per::kConnection && n > 0) return false;
  const Struck struck = decide_reset(rule, flow.draw_key, n);
  pipeline.counters.reset_draws.add(1);
  pipeline.recorder.note(flow, Event::kReset, passage.now, n, struck.draw, struck.hit);
  if (struck.hit) flow.cut_exchange = n;
  return struck.hit;
}

void draw_latency(Pipeline& pipeline, Flow& flow, Passage& passage, const LatencyRule& rule, std::uint32_t n) {
  if (rule.per == LatencyRule::Per::kPacket || (rule.per == LatencyRule::Per::kConnection && n > 0)) return;
  const Duration hold_for = decide_latency(rule, flow.draw_key, n);
  const Instant due_at = passage.now + hold_for;
  pipeline.counters.latency_applied.add(1);
  pipeline.recorder.note_hold(flow, Event::kLatency, passage.now, n, hold_for, due_at, passage.decisions);
  passage.delay_until(due_at);
  passage.is_first_byte = true;
  passage.touched |= touch::kLatency;
  passage.exchange = n;
  Instant& held_until = flow.lane(passage.from).held_until;
  held_until = std::max(held_until, due_at);
}

// A cut in the body waits for bytes, which are counted from the first of the response on, or for a time, which runs
// from the instant at which that byte is due. @param response_at where it stands in what is new of the payload.
void await_body(Pipeline& pipeline, Flow& flow, const Passage& passage, const ResetRule& rule, std::uint32_t n,
                std::uint16_t response_at) {
  flow.cut_how = static_cast<std::uint8_t>(rule.how);
  if (rule.after_time) {
    const Duration after = decide_cut_time(rule, flow.draw_key, n);
    const Instant at = passage.due_at + after;
    if (pipeline.listener != nullptr) pipeline.listener->on_cut_behind_time(flow, n, after, at);
    return cut_later(pipeline, flow, passage.frame, passage.segment, at);
  }
  const std::uint64_t bytes = decide_cut_bytes(rule, flow.draw_key, n);
  if (pipeline.listener != nullptr) pipeline.listener->on_cut_behind_bytes(flow, n, bytes);
  flow.cut_pending = CutPending::kBytes;
  flow.cut_after = bytes + passage.tracked.missing + response_at;
}

bool begin_request(Pipeline& pipeline, Flow& flow, Passage& passage) {
  const std::uint32_t n = flow.requests++;
  const std::uint8_t rule = rule_of_request(pipeline, flow, n);
  const Impairments* const impair = pipeline.impairments(rule);
  const bool cares = impair != nullptr && (impair->reset || impair->latency);
  if (!cares) return true;
  const std::uint8_t rule_so_far = std::exchange(flow.rule, rule);
  if (impair->reset && impair->reset->at == At::kRequest && draw_reset(pipeline, flow, passage, *impair->reset, n)) {
    cut_in_place_of(pipeline, flow, passage, impair->reset->how);
    return false;
  }
  if (impair->latency && impair->latency->holds == LatencyRule::Holds::kRequest) {
    draw_latency(pipeline, flow, passage, *impair->latency, n);
  }
  if (rule_so_far != kNoRule) flow.rule = rule_so_far;  // the response before may still be under way
  return true;
}

bool begin_response(Pipeline& pipeline, Flow& flow, Passage& passage, std::uint16_t response_at) {
  const std::uint32_t n = flow.exchanges++;
  pipeline.counters.exchanges.add(1);
  take_rule_of_next_response(pipeline, flow, n);
  const Impairments* const impair = pipeline.impairments(flow.rule);
  if (impair == nullptr) return true;
  const bool resets = impair->reset && (impair->reset->at == At::kResponse || impair->reset->at == At::kBody);
  const bool struck = resets && draw_reset(pipeline, flow, passage, *impair->reset, n);
  if (struck && impair->reset->at == At::kResponse) {
    cut_in_place_of(pipeline, flow, passage, impair->reset->how);
    return false;
  }
  if (impair->latency && impair->latency->holds == LatencyRule::Holds::kResponse) {
    draw_latency(pipeline, flow, passage, *impair->latency, n);
  }
  if (struck && flow.cut_pending == CutPending::kNo)
    await_body(pipeline, flow, passage, *impair->reset, n, response_at);
  return true;
}

// The first rule that can be settled by what a SYN shows and that cuts at connect; what is not known yet can't be
// asked.
std::uint8_t rule_at_connect(const Pipeline& pipeline, const Flow& flow) {
  RuleSet set = pipeline.selector().without_requests(pipeline.selector().without_hello(flow.candidates));
  for (; set != 0; set &= set - 1) {
    const std::uint8_t rule = Selector::first_of(set);
    const Impairments* const impair = pipeline.impairments(rule);
    if (impair != nullptr && impair->reset && impair->reset->at == At::kConnect) return rule;
  }
  return kNoRule;
}

bool begin_connection(Pipeline& pipeline, Flow& flow, Passage& passage) {
  const std::uint8_t rule_number = rule_at_connect(pipeline, flow);
  if (rule_number == kNoRule) return true;
  const ResetRule& rule = *pipeline.impairments(rule_number)->reset;
  const std::uint8_t rule_so_far = std::exchange(flow.rule, rule_number);
  if (!draw_reset(pipeline, flow, passage, rule, 0)) {
    flow.rule = rule_so_far;  // what it speaks will tell
    return true;
  }
  flow.cut_how = static_cast<std::uint8_t>(rule.how);
  if (rule.how == How::kRefuse || rule.how == How::kBlackhole) {
    cut_in_place_of(pipeline, flow, passage, rule.how);
    return false;
  }
  flow.cut_pending = CutPending::kSynAck;
  return true;
}

// The server has answered the SYN. A RST comes in the answer's place; a FIN needs a connection to end, so it waits.
bool answer_to_syn(Pipeline& pipeline, Flow& flow, const Passage& passage, How how) {
  if (how == How::kFin) {
    flow.cut_pending = CutPending::kHandshake;
    return true;
  }
  cut_in_place_of(pipeline, flow, passage, how);
  return false;
}

// Counts what is new, and what is missing before it: that will come later, as a retransmission.
void count_bytes(Flow& flow, const Passage& passage) {
  const Tracked& tracked = passage.tracked;
  const std::uint64_t arrived = std::uint64_t{tracked.missing} + tracked.fresh_length;
  if (arrived < flow.cut_after) {
    flow.cut_after -= arrived;
    return;
  }
  const std::uint32_t first = passage.segment.sequence + tracked.fresh_offset - tracked.missing;
  flow.cut_sequence = first + static_cast<std::uint32_t>(flow.cut_after);
  flow.cut_pending = CutPending::kDeparture;
}

}  // namespace

bool draw_for_exchanges(Pipeline& pipeline, Flow& flow, Passage& passage, Begun begun) {
  for (std::uint16_t i = 0; i < begun.requests; ++i) {
    if (!begin_request(pipeline, flow, passage)) return false;
  }
  if (flow.cut_pending == CutPending::kDeparture) return true;  // whatever begins behind the cut never does
  if (begun.responses > 0 && flow.cut_pending == CutPending::kBytes) {
    // The response that was to be cut is over. It was, or it was shorter than that.
    if (flow.cut_after <= passage.tracked.missing + begun.response_at) return true;
    flow.cut_pending = CutPending::kNo;
  }
  for (std::uint16_t i = 0; i < begun.responses; ++i) {
    if (!begin_response(pipeline, flow, passage, begun.response_at)) return false;
  }
  return true;
}

bool draw_for_connect(Pipeline& pipeline, Flow& flow, Passage& passage) {
  const TcpSegment& segment = passage.segment;
  const bool from_client = passage.from == flow.client;
  if (segment.has(tcp_flag::kSyn) && from_client && passage.tracked.arrival == Arrival::kFresh) {
    return flow.cut_pending != CutPending::kNo || begin_connection(pipeline, flow, passage);
  }
  const bool waits = flow.cut_pending == CutPending::kSynAck || flow.cut_pending == CutPending::kHandshake;
  if (!waits) return true;
  const How how = static_cast<How>(flow.cut_how);
  if (flow.cut_pending == CutPending::kSynAck && !from_client && segment.has(tcp_flag::kSyn)) {
    return answer_to_syn(pipeline, flow, passage, how);
  }
  if (flow.cut_pending == CutPending::kHandshake && from_client && segment.has(tcp_flag::kAck)) passage.cuts = true;
  return true;
}

bool count_towards_cut(Pipeline& pipeline, Flow& flow, Passage& passage) {
  const TcpSegment& segment = passage.segment;
  const bool from_server = passage.from != flow.client;
  if (flow.cut_pending == CutPending::kBytes && from_server) count_bytes(flow, passage);
  if (flow.cut_pending != CutPending::kDeparture) return true;
  if (has_reached_cut(flow, from_server ? segment.sequence : segment.acknowledgment)) {
    cut_in_place_of(pipeline, flow, passage, static_cast<How>(flow.cut_how));
    return false;
  }
  const auto behind = static_cast<std::int32_t>(segment.sequence_end() - flow.cut_sequence);
  if (!from_server || behind <= 0) return true;
  passage.beyond = std::min(static_cast<std::uint32_t>(behind), segment.sequence_length());
  if (passage.beyond < segment.sequence_length() || passage.beyond == 0) return true;
  drop_undelivered(pipeline, flow, passage, DropReason::kReset);
  return false;
}

void cut_in_place_of(Pipeline& pipeline, Flow& flow, const Passage& passage, ResetRule::How how) {
  cut(pipeline, flow, passage.frame, passage.segment, passage.from, how, passage.now);
  drop_undelivered(pipeline, flow, passage, DropReason::kReset);
}

}  // namespace weir
