#include "flow/tcp_tracker.h"

#include <algorithm>
#include <span>

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

// The client goes on with its SYN behind a RST: of its own, by which it ended what the server still remembered of an
// earlier connection (RFC 9293, 3.5.1, figure 9), or of a server that was not ready (Windows asks again).
bool asks_again(const Flow& flow, const TcpSegment& segment, Side side) {
  return flow.phase == Phase::kClosed && side == flow.client && segment.has(tcp_flag::kSyn);
}

void open_again(Flow& flow) {
  flow.phase = Phase::kOpen;
  flow.fins = 0;
  forget_numbers(flow);
}

bool is_syn_again(const Flow& flow, const TcpSegment& segment, Side side) {
  return segment.has(tcp_flag::kSyn) && side == flow.client && flow.lanes[index_of(side)].has_arrived &&
         segment.sequence == flow.syn_sequence;
}

void note_end(Flow& flow, const TcpSegment& segment, Side side) {
  if (segment.has(tcp_flag::kFin)) flow.fins = static_cast<std::uint8_t>((flow.fins | bit_of(side)) & 3U);
  if (flow.phase == Phase::kOpen && (flow.fins == 3 || segment.has(tcp_flag::kRst))) flow.phase = Phase::kClosed;
}

}  // namespace

void forget_numbers(Flow& flow) {
  for (Lane& lane : flow.lanes) lane.has_arrived = lane.has_released = lane.has_acked = false;
}

Tracked track_any(Flow& flow, const TcpSegment& segment, Side side) {
  Lane& lane = flow.lane(side);
  if (asks_again(flow, segment, side)) open_again(flow);
  const bool follows = !segment.has(tcp_flag::kSyn) || is_syn_again(flow, segment, side);
  note_end(flow, segment, side);
  note_acknowledgment(flow, segment, side);
  if (segment.has(tcp_flag::kSyn) && side == flow.client) flow.syn_sequence = segment.sequence;
  if (segment.sequence_length() == 0 || segment.has(tcp_flag::kRst)) return {};
  const bool is_first = !flow.lanes[0].has_arrived && !flow.lanes[1].has_arrived;
  if (is_first && !segment.has(tcp_flag::kSyn) && !flow.knows_protocol) flow.exchange_tracker.join_midway();
  Tracked tracked{Arrival::kFresh, 0, segment.payload_length};
  if (lane.has_arrived && follows) tracked = place(lane, segment);
  lane.has_arrived = true;
  if (tracked.arrival != Arrival::kOld) lane.arrived_end = segment.sequence_end();
  return tracked;
}

bool begins_anew(const Flow& flow, const TcpSegment& segment, Side side) {
  if (!segment.has(tcp_flag::kSyn) || segment.has(tcp_flag::kAck)) return false;
  const bool same_syn = side == flow.client && segment.sequence == flow.syn_sequence;
  const bool was_told = flow.phase == Phase::kCut && (flow.told & bit_of(side)) != 0;
  return was_told || !same_syn;
}

void note_any_released(Flow& flow, PieceStore& store, Side from, std::uint32_t sequence, std::uint32_t sequence_end) {
  Lane& lane = flow.lane(from);
  if (!lane.has_released) {
    lane.has_released = true;
    lane.released_end = lane.furthest_end = sequence_end;
    return store.give_back(lane.beyond);
  }
  if (!sequence_after(sequence_end, lane.released_end)) return;
  if (sequence_after(sequence_end, lane.furthest_end)) lane.furthest_end = sequence_end;
  if (sequence_after(sequence, lane.released_end)) return store.add(lane.beyond, {sequence, sequence_end});
  lane.released_end = store.take_reached(lane.beyond, sequence_end);
}

void forget_pieces(Flow& flow, PieceStore& store) {
  for (Lane& lane : flow.lanes) store.give_back(lane.beyond);
}

void note_timestamp(Flow& flow, Side from, std::uint32_t value) {
  std::uint32_t& newest = flow.newest_timestamp[index_of(from)];
  if ((flow.timestamped & bit_of(from)) == 0 || sequence_after(value, newest)) newest = value;
  flow.timestamped = static_cast<std::uint8_t>((flow.timestamped | bit_of(from)) & 3U);
}

std::optional<std::uint32_t> newest_timestamp(const Flow& flow, Side from) {
  if ((flow.timestamped & bit_of(from)) == 0) return std::nullopt;
  return flow.newest_timestamp[index_of(from)];
}

void note_told(Flow& flow, Side side) {
  flow.told = static_cast<std::uint8_t>((flow.told | bit_of(side)) & 3U);
}

std::uint32_t expected_by_receiver(const Flow& flow, Side from, std::uint32_t otherwise) {
  const Lane& lane = flow.lanes[index_of(from)];
  const Lane& receivers = flow.lanes[index_of(other(from))];
  if (!lane.has_released) return receivers.has_acked ? receivers.newest_ack : otherwise;
  const bool tells_more = receivers.has_acked && sequence_after(receivers.newest_ack, lane.released_end) &&
                          !sequence_after(receivers.newest_ack, lane.furthest_end);  // nobody has what was not released
  return tells_more ? receivers.newest_ack : lane.released_end;
}

}  // namespace weir
