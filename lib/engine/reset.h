// Disconnection: RSTs that both stacks accept at the first try. Each carries the sequence number its receiver expects,
// the end of what was released to it, not of what arrived at weir (RFC 5961, 3.2: anything else in the window is
// answered with a challenge ACK). Worker's thread.
#pragma once

#include "engine/pipeline.h"
#include "wire/tcp_segment.h"

namespace weir {

/// Cuts a connection: drops what is held of it, sends a RST to both ends and marks the flow dead. `frame` is one of its
/// frames that came in at `from`, with its facts; it stays the caller's.
void cut(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& facts, Side from, Instant now);

/// Answers a frame of a connection that was cut as a closed socket would (RFC 9293, 3.10.7.1): RST with the number it
/// acknowledges; a RST is not answered. The frame stays the caller's.
void answer_as_closed(Pipeline& pipeline, const Flow& flow, const Frame& frame, const TcpSegment& facts, Side from);

}  // namespace weir
