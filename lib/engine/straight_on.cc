#include "engine/straight_on.h"

#include <algorithm>

#include "engine/charge.h"
#include "engine/hold.h"
#include "flow/tcp_tracker.h"

namespace weir {
namespace {

bool is_in_conversation(const Flow& flow, const TcpSegment& segment, Side from) {
  return flow.interest == Interest::kSelected && flow.knows_protocol && flow.phase == Phase::kOpen &&
         flow.cut_pending == CutPending::kNo && comes_in_order(flow, segment, from);
}

// Whether jitter draws with this data, which begins no exchange.
bool is_occasion(const Pipeline& pipeline, const Flow& flow, Instant now) {
  if (!pipeline.duties.has(flow.rule, duty::kSeconds)) return false;
  return now >= flow.jitter_again_at;
}

bool lies_inside_message(Flow& flow, const TcpSegment& segment, Side from) {
  return from == flow.client ? flow.exchange_tracker.goes_on_with_client(segment.payload_length)
                             : flow.exchange_tracker.goes_on_with_server(segment.payload_length);
}

void send(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& segment, Side from) {
  note_released(flow, pipeline.pieces, from, segment.sequence, segment.sequence + segment.payload_length);
  pipeline.towards(link_of(flow.key), other(from)).add(*frame.packet, frame.length);
}

// Of what is not set nothing is to be told: no decision, no cut, no exchange that it begins.
void note(Packet& packet, const Flow& flow, const Frame& frame, const TcpSegment& segment, Instant now) {
  packet.bytes = frame.bytes;
  packet.arrived_at = now;
  packet.length = frame.length;
  packet.sequence = segment.sequence;
  packet.sequence_length = segment.payload_length;
  packet.decision = 0;
  packet.exchange = 0;
  packet.own_charge = 0;
  packet.decisions = 0;
  packet.rule = flow.rule;
  packet.touched = 0;
  packet.is_first_byte = false;
  packet.cuts = false;
}

}  // namespace

bool goes_straight_on(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& segment, Side from,
                      Instant now) {
  constexpr std::uint8_t kOccasions = duty::kOwnRate | duty::kPackets | duty::kLink | duty::kData;
  if (!is_in_conversation(flow, segment, from) || pipeline.duties.has(flow.rule, kOccasions)) return false;
  if (pipeline.stalled_until(flow) > now) return false;
  const bool is_limited = pipeline.duties.has(flow.rule, duty::kLimit);
  const std::uint16_t cost = is_limited ? charge(pipeline.tariff, segment, frame.length, from) : std::uint16_t{0};
  Instant due_at = now;
  if (segment.payload_length == 0) {
    if (cost > 0 || !flow.lane(from).empty()) return false;  // an ACK may go past what is held
    note_acknowledgment(flow, segment, from);
    send(pipeline, flow, frame, segment, from);
    return true;
  }
  if (is_occasion(pipeline, flow, now) || !lies_inside_message(flow, segment, from)) return false;
  note_acknowledgment(flow, segment, from);
  Lane& lane = flow.lane(from);
  lane.arrived_end = segment.sequence + segment.payload_length;
  due_at = std::max(due_at, lane.held_until);
  if (cost == 0 && due_at <= now && lane.empty()) {
    send(pipeline, flow, frame, segment, from);
    return true;
  }
  Packet& packet = *frame.packet;
  note(packet, flow, frame, segment, now);
  packet.due_at = due_at;
  packet.charge = cost;
  hold(pipeline, flow, from, packet, now);
  return true;
}

}  // namespace weir
