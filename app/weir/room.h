// How much a run can hold: constants that the data path is built with and `weir check` reckons by.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir {

inline constexpr std::size_t kBuffers = 65'536;
inline constexpr std::size_t kBuffersForPorts =
    16'384;  // never held: what receive, send and the workers' caches live on
inline constexpr std::size_t kMostHeld = kBuffers - kBuffersForPorts;  // frames in lanes, over all workers

/// What one buffer takes of memory at an MTU of 1500: 258 MiB of kBuffers (dpdk/packet_pool.h, memory_mib).
inline constexpr std::size_t kBufferBytes = 4'128;

}  // namespace weir
