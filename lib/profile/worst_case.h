// How many frames a profile can make weir hold at a time, on a link that is as full as it can be: rate times the
// longest delay, and the queue before the limiter. Pure; control threads.
#pragma once

#include <cstdint>
#include <vector>

#include "impair/rules.h"
#include "profile/profile.h"

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

/// The rules of a profile outside of its phases, and those of each phase (or row of a trace) at its worst.
[[nodiscard]] std::vector<Rules> rules_at_worst(const Profile& profile);

/// Frames of one size that wait at a time, both directions together, in the limiter's queue, and in those of the rules'
/// own rates. Of a rate that each connection has, one connection counts.
/// @param link bytes a second of each direction, with the 24 bytes that Ethernet takes around each frame.
[[nodiscard]] std::uint64_t frames_held(const Rules& rules, ByteRate link, std::uint64_t frame_bytes);

/// The fastest link on which no more than so many frames wait; kFastestRate at most, 0 if the queue alone is longer.
[[nodiscard]] ByteRate fastest_link(const Rules& rules, std::uint64_t most_held, std::uint64_t frame_bytes);

}  // namespace weir
