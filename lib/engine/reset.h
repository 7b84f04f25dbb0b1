// Disconnection: both ends are told, or one, or none; what is held is dropped, and what comes later is answered as a
// closed socket would, or swallowed. Worker's thread.
#pragma once

#include "engine/pipeline.h"

namespace weir {

/// Cuts a connection now, as `how` says. `frame` is a frame of the connection, of which addresses are taken; it stays
/// the caller's. Drops all that is held. A RST or FIN carries the sequence number that its receiver expects: the end of
/// what was released to it, not of what arrived (RFC 5961, 3.2), so it is accepted at the first try.
void cut(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& facts, Side from, ResetRule::How how,
         Instant now);

/// What a frame of a connection that was cut is answered with; the frame stays the caller's, who drops it.
void answer_after_cut(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& facts, Side from);

/// Lets the wheel cut the connection at an instant: keeps the headers of `frame` until then.
void cut_later(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& facts, Instant at);

/// The instant has come: cuts the connection, unless its ends have ended it and nothing of it waits any more.
void cut_by_timer(Pipeline& pipeline, Flow& flow, Instant now);

/// A segment has left. If a cut waited for that, it comes behind it. @param cuts of the passage or the packet.
void cut_behind(Pipeline& pipeline, Flow& flow, const Frame& frame, bool cuts, Side from, Instant now);

/// Whether the client has been handed all that goes by before a cut in the body (CutPending::kDeparture).
/// @param otherwise what it expects where nothing is known of that.
[[nodiscard]] bool has_reached_cut(const Flow& flow, std::uint32_t otherwise);

/// Notes the newest timestamps of a connection that waits for its cut, for what will then be told its ends.
void note_newest_timestamp(Flow& flow, const Frame& frame, const TcpSegment& facts, Side from);

/// Gives back what a pending cut holds; for connections that end otherwise.
void forget_cut(Pipeline& pipeline, Flow& flow);

}  // namespace weir
