// A burst of frames between the stages of admit: the TCP segments among them, with their facts and their flows. Kept by
// the pipeline from turn to turn, so that nothing is made anew for each. Worker's thread.
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
  std::array<FlowTable::Probe, kBurst> probes;
  std::array<const Frame*, kBurst> frames;
  std::size_t count = 0;
};

}  // namespace weir
