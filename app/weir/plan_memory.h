// What a run takes of memory, from what was asked for and what the machine has: buffers, and what the EAL is told. The
// main thread, before the EAL starts.
#pragma once

#include <vector>

#include "dpdk/eal_plan.h"
#include "weir/datapath.h"
#include "weir/open_ports.h"
#include "weir/room.h"

namespace weir {

/// Room for what may be held, within the memory that is to be had now.
[[nodiscard]] Room room_of(const DatapathPlan& plan, const std::vector<NamedPort>& ports);

/// What the EAL has to bring.
[[nodiscard]] EalPlan eal_plan(const DatapathPlan& plan, const std::vector<NamedPort>& ports, const Room& room);

}  // namespace weir
