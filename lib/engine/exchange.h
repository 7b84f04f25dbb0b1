// What an exchange draws when its request or its response begins: reset and latency, by the rule that it comes under.
// Worker's thread.
#pragma once

#include "engine/passage.h"
#include "http/exchange_tracker.h"

namespace weir {

/// What begins with a segment. A request begins for the rules when it is known which one it comes under.
struct Begun {
  std::uint16_t requests = 0;
  std::uint16_t responses = 0;
  std::uint16_t response_at = 0;  // where in what is new of the payload the first of those responses begins
};

/// Draws for the requests and responses that begin with a segment, and counts them. False: the connection has been cut
/// in the segment's place, which is dropped.
[[nodiscard]] bool draw_for_exchanges(Pipeline& pipeline, Flow& flow, Passage& passage, Begun begun);

/// Draws for a connection that begins with a SYN, or does what was drawn then, where a rule cuts at connect. False: the
/// segment has been dropped.
[[nodiscard]] bool draw_for_connect(Pipeline& pipeline, Flow& flow, Passage& passage);

/// Counts a segment of a response against a cut that waits for so many bytes, and says in the passage how much of the
/// segment lies behind the cut. False: all of it does, and it has been dropped, or the connection has been cut.
[[nodiscard]] bool count_towards_cut(Pipeline& pipeline, Flow& flow, Passage& passage);

/// Cuts the connection in the segment's place.
void cut_in_place_of(Pipeline& pipeline, Flow& flow, const Passage& passage, ResetRule::How how);

}  // namespace weir
