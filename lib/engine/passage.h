// One segment on its way through shape: what arrived, and what has been decided about it so far. Lives on the stack of
// the worker's thread for the length of one call.
#pragma once

#include <algorithm>

#include "engine/frame_note.h"
#include "engine/pipeline.h"
#include "flow/tcp_tracker.h"

namespace weir {

struct Passage {
  const Frame& frame;
  const TcpSegment& segment;
  Side from;
  Tracked tracked;
  Instant now;
  Instant due_at;
  Decisions decisions = {};
  bool is_first_byte = false;  // carries what latency holds
  bool cuts = false;           // its connection is cut once it has left
  std::uint16_t touched = 0;   // bits of weir::touch, for captures
  std::uint32_t exchange = 0;  // that its first byte belongs to, for captures
  std::uint32_t beyond = 0;    // numbers at its end that lie behind a cut, and do not go by

  void delay_until(Instant instant) { due_at = std::max(due_at, instant); }
};

/// What a capture tells of a frame that ends at once.
[[nodiscard]] inline FrameNote note_of(const Flow& flow) {
  return {.rule = flow.rule, .link = link_of(flow.key)};
}

}  // namespace weir
