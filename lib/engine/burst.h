// A burst of frames between the stages of admit: the TCP segments among them, with their facts, and the connections
// that they are of. Connections send trains: a segment with the ends of the one before it is not looked up again. Kept
// by the pipeline from turn to turn, so that nothing is made anew for each. Worker's thread.
#pragma once

#include <array>
#include <cstddef>

#include "base/packet.h"
#include "flow/flow_table.h"
#include "wire/tcp_segment.h"

namespace weir {

/// Frames of one burst at most.
inline constexpr std::size_t kBurst = 64;

struct Burst {
  std::array<TcpSegment, kBurst> segments;
  std::array<const Frame*, kBurst> frames;
  std::array<std::uint8_t, kBurst> probe_of;  // the number of the segment's probe
  std::array<FlowTable::Probe, kBurst> probes;
  std::size_t count = 0;   // of segments
  std::size_t probed = 0;  // of probes
};

}  // namespace weir
