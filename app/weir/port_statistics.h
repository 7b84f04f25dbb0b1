// What a port did, put together from the device and from the workers that use it. Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dpdk/ethdev.h"
#include "engine/spread.h"
#include "engine/worker.h"
#include "record/statistics.h"

namespace weir {

/// Of the port with this number, two a link. Exact once the workers have stopped.
[[nodiscard]] PortStatistics port_statistics(std::string name, std::size_t index, const Ethdev& device,
                                             const SpreadDevice& spread,
                                             const std::vector<std::unique_ptr<Worker>>& workers);

}  // namespace weir
