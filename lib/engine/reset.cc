#include "engine/reset.h"

#include <array>
#include <cstring>
#include <utility>

#include "engine/hold.h"
#include "engine/inject.h"
#include "flow/tcp_tracker.h"
#include "impair/select.h"
#include "wire/tcp_builder.h"

namespace weir {
namespace {

constexpr std::uint16_t kWindow = 65'535;  // of an end that weir plays: open, so that nothing waits for it

// One that finds no buffer is not sent, and is counted: an end was to hear of it.
void tell(Pipeline& pipeline, const Frame& model, const TcpSegment& facts, Heading heading,
          const ControlSegment& control, TxBatch& batch, const FrameNote& note) {
  const bool is_sent = inject(pipeline, model.span(), facts, heading, control, batch, note);
  if (!is_sent) pipeline.counters.count(UnshapedReason::kNoBuffer);
}

// Which ends are told at the cut, by what flags, and what each hears when it goes on.
struct Ending {
  std::uint8_t flags = tcp_flag::kRst | tcp_flag::kAck;
  bool tells_client = true;
  bool tells_server = true;
  Answer client = Answer::kRst;
  Answer server = Answer::kRst;
};

Ending ending_of(ResetRule::How how) {
  switch (how) {
    case ResetRule::How::kRst:
      break;
    case ResetRule::How::kRstClient:
    case ResetRule::How::kRefuse:
      return {.tells_server = false};
    case ResetRule::How::kRstServer:
      return {.tells_client = false};
    case ResetRule::How::kFin:
      return {.flags = tcp_flag::kFin | tcp_flag::kAck, .client = Answer::kClosing, .server = Answer::kClosing};
    case ResetRule::How::kBlackhole:
      return {.tells_client = false, .tells_server = false, .client = Answer::kSilence, .server = Answer::kSilence};
    case ResetRule::How::kHalfOpen:
      return {.tells_server = false, .server = Answer::kSilence};
  }
  return {};
}

// A copy of the frame's headers, a frame of its own.
Packet* keep_headers(Pipeline& pipeline, const Frame& frame, const TcpSegment& facts) {
  const Frame copy = pipeline.source.allocate(facts.payload_offset);
  if (copy.packet == nullptr) return nullptr;
  copy.packet->bytes = copy.bytes;
  copy.packet->length = static_cast<std::uint32_t>(copy_trimmed(frame.span(), facts, 0, copy.span()));
  return copy.packet;
}

// What an end that has sent its FIN and reads no more answers: nothing to a bare ACK, an ACK to a FIN, a RST to data.
void answer_as_closing(Pipeline& pipeline, const Frame& frame, const TcpSegment& facts, TxBatch& batch,
                       const FrameNote& note) {
  ControlSegment control{.sequence = facts.acknowledgment, .flags = tcp_flag::kRst};
  if (facts.payload_length == 0) {
    if (!facts.has(tcp_flag::kFin)) return;
    control = {facts.acknowledgment, facts.sequence_end(), tcp_flag::kAck, kWindow};
  }
  tell(pipeline, frame, facts, Heading::kBack, control, batch, note);
}

// RFC 9293, 3.10.7.1.
void answer_as_closed(Pipeline& pipeline, const Frame& frame, const TcpSegment& facts, TxBatch& batch,
                      const FrameNote& note) {
  ControlSegment control{.sequence = facts.acknowledgment, .flags = tcp_flag::kRst};
  if (!facts.has(tcp_flag::kAck)) control = {0, facts.sequence_end(), tcp_flag::kRst | tcp_flag::kAck};
  tell(pipeline, frame, facts, Heading::kBack, control, batch, note);
}

Side side_of(const TcpSegment& facts, const Flow& flow) {
  const bool from_a = facts.source == flow.key.address_a && facts.source_port == flow.key.port_a;
  return from_a ? Side::kA : Side::kB;
}

ResetRule::How how_of(const Flow& flow) {
  return static_cast<ResetRule::How>(flow.cut_how);
}

}  // namespace

void cut(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& facts, Side from, ResetRule::How how,
         Instant now) {
  discard_held(pipeline, flow, DropReason::kReset, now);
  pipeline.counters.reset_applied.add(1);
  const Ending ending = ending_of(how);
  const bool forth_to_client = from != flow.client;
  const bool tells_forth = forth_to_client ? ending.tells_client : ending.tells_server;
  const bool tells_back = forth_to_client ? ending.tells_server : ending.tells_client;
  // Where nothing was released the frame itself tells: its receiver waits for its first byte, and its sender for what
  // it acknowledges.
  const std::uint32_t forth = expected_by_receiver(flow, from, facts.sequence);
  const std::uint32_t back = expected_by_receiver(flow, other(from), facts.acknowledgment);
  const std::uint16_t window = (ending.flags & tcp_flag::kFin) != 0 ? kWindow : 0;
  const std::uint8_t link = link_of(flow.key);
  const FrameNote note{.n = flow.cut_exchange, .touched = touch::kCut, .rule = flow.rule};
  const std::optional<std::uint32_t> forth_time = newest_timestamp(flow, from);
  const std::optional<std::uint32_t> back_time = newest_timestamp(flow, other(from));
  if (tells_forth) {
    tell(pipeline, frame, facts, Heading::kSameWay, {forth, back, ending.flags, window, {forth_time, back_time}},
         pipeline.towards(link, other(from)), note);
    note_told(flow, other(from));
  }
  if (tells_back) {
    // A SYN is answered for itself: nothing of its sender was released, and it takes no RST that does not acknowledge
    // it (RFC 9293, 3.10.7.3 and 3.10.7.4). One without ACK has no number of its peer yet.
    const bool to_syn = facts.has(tcp_flag::kSyn);
    const std::uint32_t sequence = to_syn && !facts.has(tcp_flag::kAck) ? 0 : back;
    const std::uint32_t acknowledged = to_syn ? facts.sequence_end() : forth;
    const ControlSegment control{sequence, acknowledged, ending.flags, window, {back_time, forth_time}};
    tell(pipeline, frame, facts, Heading::kBack, control, pipeline.towards(link, from), note);
    note_told(flow, from);
  }
  flow.answers[index_of(flow.client)] = ending.client;
  flow.answers[index_of(other(flow.client))] = ending.server;
  flow.phase = Phase::kCut;
  pipeline.flows.refresh(flow);
  forget_cut(pipeline, flow);
}

void answer_after_cut(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& facts, Side from) {
  if (facts.has(tcp_flag::kRst)) return;
  TxBatch& batch = pipeline.towards(link_of(flow.key), from);
  const FrameNote note{.n = flow.cut_exchange, .touched = touch::kAnswer, .rule = flow.rule};
  switch (flow.answers[index_of(from)]) {
    case Answer::kRst:
      note_told(flow, from);
      return answer_as_closed(pipeline, frame, facts, batch, note);
    case Answer::kClosing:
      return answer_as_closing(pipeline, frame, facts, batch, note);
    case Answer::kSilence:
      return;
  }
}

void cut_later(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& facts, Instant at) {
  forget_cut(pipeline, flow);
  flow.model = keep_headers(pipeline, frame, facts);
  const TimerReference timer{pipeline.flows.slot_of(&flow), flow.timer_epoch};
  if (flow.model == nullptr) return pipeline.counters.count(UnshapedReason::kNoBuffer);
  if (!pipeline.wheel.insert(at, timer.token())) {
    forget_cut(pipeline, flow);
    return pipeline.counters.count(UnshapedReason::kWheelFull);
  }
  flow.cut_pending = CutPending::kTime;
}

void cut_by_timer(Pipeline& pipeline, Flow& flow, Instant now) {
  if (flow.model == nullptr || flow.phase == Phase::kCut) return;
  if (flow.phase == Phase::kClosed && flow.quiet()) return forget_cut(pipeline, flow);
  Packet& model = *std::exchange(flow.model, nullptr);
  const Frame frame{&model, model.bytes, model.length};
  TcpSegment facts;
  if (parse_frame(frame.span(), facts) == FrameKind::kTcp) {
    cut(pipeline, flow, frame, facts, side_of(facts, flow), how_of(flow), now);
  }
  pipeline.source.free(std::array{&model});
}

void cut_behind(Pipeline& pipeline, Flow& flow, const Frame& frame, bool cuts, Side from, Instant now) {
  const bool reached = flow.cut_pending == CutPending::kDeparture && from != flow.client && has_reached_cut(flow, 0);
  if (!cuts && !reached) return;
  TcpSegment facts;
  if (parse_frame(frame.span(), facts) != FrameKind::kTcp) return;
  cut(pipeline, flow, frame, facts, from, how_of(flow), now);
}

bool has_reached_cut(const Flow& flow, std::uint32_t otherwise) {
  return !sequence_after(flow.cut_sequence, expected_by_receiver(flow, other(flow.client), otherwise));
}

void note_newest_timestamp(Flow& flow, const Frame& frame, const TcpSegment& facts, Side from) {
  const std::optional<std::uint32_t> value = timestamp_of(frame.span(), facts);
  if (value) note_timestamp(flow, from, *value);
}

void forget_cut(Pipeline& pipeline, Flow& flow) {
  flow.cut_pending = CutPending::kNo;
  ++flow.timer_epoch;
  if (Packet* const model = std::exchange(flow.model, nullptr)) pipeline.source.free(std::array{model});
}

}  // namespace weir
