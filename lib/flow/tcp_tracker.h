// Where a segment stands in its direction's sequence: what of it is new, and what of the connection's life it shows.
// Worker's thread.
#pragma once

#include <cstdint>
#include <optional>

#include "flow/flow.h"
#include "flow/piece_store.h"
#include "flow/sequence.h"
#include "wire/tcp_segment.h"

namespace weir {

enum class Arrival : std::uint8_t {
  kNothing,  // takes no sequence space: a bare ACK
  kFresh,    // in order; some of its bytes are new
  kOld,      // all of it has arrived before: a retransmission or a keep-alive
  kGap,      // something before it is missing
};

struct Tracked {
  Arrival arrival = Arrival::kNothing;
  std::uint16_t fresh_offset = 0;  // into the payload
  std::uint16_t fresh_length = 0;  // bytes of payload that had not arrived before
  std::uint32_t missing = 0;       // kGap: bytes before it that have not arrived
};

/// Notes a segment that came in at `side` and says what of it is new. Moves the direction's arrived_end, the FIN bits
/// and the phase (kOpen to kClosed) on; a gap moves arrived_end past it, so that what fills it later is old. A
/// connection whose first segment is no SYN was joined midway, and its exchange tracker is told so. One that was closed
/// is open again when its client repeats its SYN.
[[nodiscard]] inline Tracked track(Flow& flow, const TcpSegment& segment, Side side);

/// Whether a segment goes on where the one before it in its direction ended, or carries nothing, and says nothing of
/// its connection's life: then all of it is new.
[[nodiscard]] inline bool comes_in_order(const Flow& flow, const TcpSegment& segment, Side side);

/// What track() does with such a segment.
inline Tracked track_in_order(Flow& flow, const TcpSegment& segment, Side side);

/// What the acknowledgment of a segment that came in at `side` says of the other direction's bytes.
inline void note_acknowledgment(Flow& flow, const TcpSegment& segment, Side side);

/// Whether a SYN without ACK begins another connection on a 4-tuple that is known already (port reuse), and is not the
/// first SYN again. The first SYN again does so where weir cut the connection and has told the client.
[[nodiscard]] bool begins_anew(const Flow& flow, const TcpSegment& segment, Side side);

/// Notes that a segment has been handed to the other side. What comes behind holes is remembered, so that released_end
/// moves past it when they are filled; of more than PieceList::kMost pieces the furthest are forgotten, and what the
/// receiver acknowledges will tell of them.
inline void note_released(Flow& flow, PieceStore& store, Side from, std::uint32_t sequence, std::uint32_t sequence_end);

/// Forgets what is known of a connection's sequence numbers: what comes next tells anew.
void forget_numbers(Flow& flow);

/// Forgets what was handed over behind holes: a flow's lists go back to the store.
void forget_pieces(Flow& flow, PieceStore& store);

/// Notes a timestamp (RFC 7323) that came in at a side; the newest one is remembered, in the order of serial numbers.
void note_timestamp(Flow& flow, Side from, std::uint32_t value);
[[nodiscard]] std::optional<std::uint32_t> newest_timestamp(const Flow& flow, Side from);

/// Notes that weir has told an end that the connection is over.
void note_told(Flow& flow, Side side);

/// The sequence number that the receiver of what comes in at `from` expects next, as far as can be known: the end of
/// what was handed to it without a hole, or what it has acknowledged; `otherwise` where nothing is known.
[[nodiscard]] std::uint32_t expected_by_receiver(const Flow& flow, Side from, std::uint32_t otherwise);

// Most segments there are come in order, and leave so: the rest of the two functions is in tcp_tracker.cc.
[[nodiscard]] Tracked track_any(Flow& flow, const TcpSegment& segment, Side side);
void note_any_released(Flow& flow, PieceStore& store, Side from, std::uint32_t sequence, std::uint32_t sequence_end);

inline void note_acknowledgment(Flow& flow, const TcpSegment& segment, Side side) {
  if (!segment.has(tcp_flag::kAck)) return;
  Lane& lane = flow.lane(side);
  if (lane.has_acked && !sequence_after(segment.acknowledgment, lane.newest_ack)) return;
  lane.newest_ack = segment.acknowledgment;
  lane.has_acked = true;
}

inline bool comes_in_order(const Flow& flow, const TcpSegment& segment, Side side) {
  const Lane& lane = flow.lanes[index_of(side)];
  return !segment.has(tcp_flag::kOfItsLife) && lane.has_arrived &&
         (segment.payload_length == 0 || segment.sequence == lane.arrived_end);
}

inline Tracked track(Flow& flow, const TcpSegment& segment, Side side) {
  return comes_in_order(flow, segment, side) ? track_in_order(flow, segment, side) : track_any(flow, segment, side);
}

inline Tracked track_in_order(Flow& flow, const TcpSegment& segment, Side side) {
  note_acknowledgment(flow, segment, side);
  if (segment.payload_length == 0) return {};
  flow.lane(side).arrived_end = segment.sequence + segment.payload_length;
  return {Arrival::kFresh, 0, segment.payload_length};
}

inline void note_released(Flow& flow, PieceStore& store, Side from, std::uint32_t sequence,
                          std::uint32_t sequence_end) {
  Lane& lane = flow.lane(from);
  const bool is_plain = lane.has_released && sequence == lane.released_end && lane.furthest_end == lane.released_end;
  if (!is_plain) return note_any_released(flow, store, from, sequence, sequence_end);
  lane.released_end = lane.furthest_end = sequence_end;
}

}  // namespace weir
