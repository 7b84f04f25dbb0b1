#include "flow/tcp_tracker.h"

namespace weir {
namespace {

std::uint8_t bit_of(Side side) {
  return static_cast<std::uint8_t>(1U << index_of(side));
}

Tracked place(const Lane& lane, const TcpSegment& segment) {
  if (sequence_after(segment.sequence, lane.arrived_end)) {
    return {Arrival::kGap, 0, segment.payload_length, segment.sequence - lane.arrived_end};
  }
  if (!sequence_after(segment.sequence_end(), lane.arrived_end)) return {Arrival::kOld};
  const std::uint32_t known = lane.arrived_end - segment.sequence;
  if (known >= segment.payload_length) return {Arrival::kFresh, segment.payload_length};
  return {Arrival::kFresh, static_cast<std::uint16_t>(known),
          static_cast<std::uint16_t>(segment.payload_length - known)};
}

void note_end(Flow& flow, const TcpSegment& segment, Side side) {
  if (segment.has(tcp_flag::kFin)) flow.fins = static_cast<std::uint8_t>((flow.fins | bit_of(side)) & 3U);
  if (flow.phase == Phase::kOpen && (flow.fins == 3 || segment.has(tcp_flag::kRst))) flow.phase = Phase::kClosed;
}

}  // namespace

Tracked track(Flow& flow, const TcpSegment& segment, Side side) {
  Lane& lane = flow.lane(side);
  note_end(flow, segment, side);
  if (segment.has(tcp_flag::kSyn) && side == flow.client) flow.syn_sequence = segment.sequence;
  if (segment.sequence_length() == 0 || segment.has(tcp_flag::kRst)) return {};
  if (flow.arrived == 0 && !segment.has(tcp_flag::kSyn)) flow.exchange_tracker.join_midway();
  Tracked tracked{Arrival::kFresh, 0, segment.payload_length};
  if ((flow.arrived & bit_of(side)) != 0 && !segment.has(tcp_flag::kSyn)) tracked = place(lane, segment);
  flow.arrived = static_cast<std::uint8_t>((flow.arrived | bit_of(side)) & 3U);
  if (tracked.arrival != Arrival::kOld) lane.arrived_end = segment.sequence_end();
  return tracked;
}

bool begins_anew(const Flow& flow, const TcpSegment& segment, Side side) {
  if (!segment.has(tcp_flag::kSyn) || segment.has(tcp_flag::kAck)) return false;
  const bool same_syn = side == flow.client && segment.sequence == flow.syn_sequence;
  return flow.phase == Phase::kReset || !same_syn;
}

}  // namespace weir
