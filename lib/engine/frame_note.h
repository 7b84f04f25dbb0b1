// What was done to a frame, as far as a capture tells it: small, so that a packet carries it while it waits. Means
// something only where frames are captured (engine/frame_tap.h).
#pragma once

#include <cstdint>

#include "base/time.h"
#include "impair/select.h"

namespace weir {

/// Bits of what was done to a frame; the low eight are those that a packet may carry while it waits.
namespace touch {
inline constexpr std::uint16_t kLatency = 1U << 0U;    // held for a first byte, of exchange `n`
inline constexpr std::uint16_t kOutage = 1U << 1U;     // held by jitter
inline constexpr std::uint16_t kDelay = 1U << 2U;      // held by a packet rule, or by latency per packet
inline constexpr std::uint16_t kRate = 1U << 3U;       // waited for the limiter
inline constexpr std::uint16_t kCorrupted = 1U << 4U;  // a bit was flipped
inline constexpr std::uint16_t kDuplicate = 1U << 5U;  // a copy of a frame, made by weir
inline constexpr std::uint16_t kOvertook = 1U << 6U;   // left past what waits in its lane
inline constexpr std::uint16_t kTrimmed = 1U << 7U;    // what a cut left of a segment, made by weir
inline constexpr std::uint16_t kCut = 1U << 8U;        // made by weir to cut exchange `n`
inline constexpr std::uint16_t kAnswer = 1U << 9U;     // made by weir as an answer to what came after a cut
inline constexpr std::uint16_t kPastHeld = 1U
                                           << 10U;  // a bare ACK behind a held first byte, or made by weir in its place
}  // namespace touch

struct FrameNote {
  Duration held = {};
  std::uint32_t n = 0;  // of the exchange
  std::uint16_t touched = 0;
  std::uint8_t rule = kNoRule;
  std::uint8_t link = 0;  // of a frame that is dropped
};

}  // namespace weir
