#include "engine/straight_on.h"

#include <algorithm>

#include "engine/hold.h"
#include "engine/pass.h"
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

}  // namespace

bool goes_straight_on(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& segment, Side from,
                      Instant now) {
  constexpr std::uint8_t kOccasions = duty::kOwnRate | duty::kPackets | duty::kLink | duty::kData;
  if (!is_in_conversation(flow, segment, from) || pipeline.duties.has(flow.rule, kOccasions)) return false;
  if (pipeline.stalled_until(flow) > now) return false;
  Lane& lane = flow.lane(from);
  const std::uint16_t cost = charge_of(pipeline, flow, segment, frame.length, from);
  const bool carries = segment.payload_length > 0;
  if (!carries && (cost > 0 || !lane.empty())) return false;  // an ACK may go past what is held
  if (carries && (is_occasion(pipeline, flow, now) || !lies_inside_message(flow, segment, from))) return false;
  track_in_order(flow, segment, from);
  const Instant due_at = carries ? std::max(now, lane.held_until) : now;
  if (cost == 0 && due_at <= now && lane.empty()) {
    send(pipeline, flow, frame, segment, from);
    return true;
  }
  Packet& packet = *frame.packet;
  note_in_packet(packet, frame, segment, now, cost);
  packet.due_at = due_at;
  packet.rule = flow.rule;
  hold(pipeline, flow, from, packet, now);
  return true;
}

}  // namespace weir
