// Where each draw of a connection lies among its 2^128 counters, so that no two draws share one. Pure; called on worker
// threads.
//
//   high word: direction (bits 16..23) | impairment (8..15) | aspect (0..7)
//   low word:  rule number (bits 32..63) | n (0..31)
//
// Direction and rule number are 0 for what is drawn once for a connection, whatever the direction.
#pragma once

#include <cstdint>

#include "base/draw.h"

namespace weir {

/// What a draw is for. The numbers are part of what a seed means: never renumber.
enum class Impairment : std::uint8_t {
  kLatency = 1,
  kSpeed = 2,
  kJitter = 3,
  kReset = 4,
  kLoss = 5,
  kDuplicate = 6,
  kCorrupt = 7,
  kReorder = 8,
  kDelay = 9,
  kShare = 10,  // a rule's share of connections
  kQueue = 11,  // packets that join the queue before the limiter
};

/// What about it is drawn. Never renumber, either.
enum class Aspect : std::uint8_t {
  kStrike = 0,  // whether it strikes
  kLength = 1,  // how long it lasts
  kPlace = 2,   // which bit it flips
  kStep = 3,    // where a chain goes next
};

/// Of which packets something is drawn: of a direction (0 up, 1 down), for the rule of that number.
struct DrawLane {
  std::uint8_t direction = 0;
  std::uint32_t rule_number = 0;
};

/// The uniform bits of the n-th event.
[[nodiscard]] inline std::uint64_t bits_for(std::uint64_t draw_key, Impairment impairment, Aspect aspect,
                                            std::uint32_t n, DrawLane lane = {}) {
  const auto high = std::uint64_t{lane.direction} << 16U | static_cast<std::uint64_t>(impairment) << 8U |
                    static_cast<std::uint64_t>(aspect);
  return draw_bits(draw_key, high, std::uint64_t{lane.rule_number} << 32U | n);
}

}  // namespace weir
