// How many frames a profile can make weir hold at a time, on a link that is as full as it can be: rate times the
// longest delay, and the queue before the limiter. Pure; control threads.
#pragma once

#include <cstdint>

#include "impair/rules.h"

namespace weir {

/// Frames of Ethernet, without their checksum: the longest at an MTU of 1500, and the shortest.
inline constexpr std::uint64_t kFullFrameBytes = 1'514;
inline constexpr std::uint64_t kSmallFrameBytes = 60;

/// How long the frames of each direction wait at most, were the link's rate without end. Of a distribution that has no
/// end it is what one draw in a million exceeds. One stall counts: several that follow each other have no bound.
struct LongestHolds {
  Duration up;
  Duration down;
  friend bool operator==(const LongestHolds&, const LongestHolds&) = default;
};
[[nodiscard]] LongestHolds longest_holds(const Rules& rules);

/// Frames of one size that wait at a time, both directions together, and in the limiter's queue.
/// @param link bytes a second of each direction, with the 24 bytes that Ethernet takes around each frame.
[[nodiscard]] std::uint64_t frames_held(const Rules& rules, ByteRate link, std::uint64_t frame_bytes);

/// The fastest link on which no more than so many frames wait; kFastestRate at most, 0 if the queue alone is longer.
[[nodiscard]] ByteRate fastest_link(const Rules& rules, std::uint64_t most_held, std::uint64_t frame_bytes);

}  // namespace weir
