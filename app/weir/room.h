// How much a run can hold, reckoned from its profile and the speed of its link: what the data path is built with and
// `weir check` tells. Pure; control threads, before anything is opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/units.h"
#include "profile/profile.h"

namespace weir {

/// What a run has room for where nothing is known of its link.
inline constexpr std::size_t kMostHeld = 49'152;  // frames in lanes, over all workers

/// What receive, send and the workers' caches live on, at the least: never held.
inline constexpr std::size_t kBuffersForPorts = 16'384;

/// What one buffer takes of memory at an MTU of 1500 (dpdk/packet_pool.h, memory_mib), and a small one with its place
/// in the free list.
inline constexpr std::size_t kBufferBytes = 4'128;
inline constexpr std::size_t kSmallBufferBytes = 336;

/// The link's rate where a port is a NIC of DPDK's own, of which nothing is known before it is opened.
inline constexpr ByteRate kUsualLink{1'250'000'000};

struct RoomPlan {
  unsigned ports = 2;
  unsigned workers = 1;
  std::optional<ByteRate> link = {};  // of each direction; none: what has always been enough
  std::size_t most_mib = SIZE_MAX;    // of memory that buffers may take
};

/// Buffers of a run, over all workers.
struct Room {
  std::size_t buffers = 0;        // of full size
  std::size_t small_buffers = 0;  // for held frames of few bytes
  std::size_t held_large = 0;     // of the first kind, that may be held: the rest is for the ports
  std::string shortage;           // what there is not memory for, as a sentence; empty when there is enough

  [[nodiscard]] std::size_t held() const { return held_large + small_buffers; }
  [[nodiscard]] std::size_t mib() const;
};

/// Buffers that the rings of ports and workers can hold at a time, and what workers keep to themselves.
[[nodiscard]] std::size_t buffers_for_ports(unsigned ports, unsigned workers);

/// Room for all that the profile can make weir hold on a full link, of full frames or of the smallest, whichever comes:
/// but never less than kMostHeld frames, nor more than the memory there is.
[[nodiscard]] Room room_for(const Profile& profile, const RoomPlan& plan);

}  // namespace weir
