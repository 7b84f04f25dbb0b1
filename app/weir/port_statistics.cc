#include "weir/port_statistics.h"

#include <utility>

namespace weir {

PortStatistics port_statistics(std::string name, std::size_t index, const Ethdev& device, const SpreadDevice& spread,
                               const std::vector<std::unique_ptr<Worker>>& workers) {
  const EthdevStatistics seen = device.statistics();
  PortStatistics port;
  port.name = std::move(name);
  for (const auto& worker : workers) {
    const PortCounters& counters = worker->port_counters(index / 2, static_cast<Side>(index % 2));
    port.rx_frames += counters.rx_frames.value();
    port.rx_bytes += counters.rx_bytes.value();
    port.tx_frames += counters.tx_frames.value();
    port.tx_bytes += counters.tx_bytes.value();
    port.tx_full += counters.tx_full.value();
  }
  port.imissed = seen.imissed + seen.oversized + spread.lost();
  port.rx_nombuf = seen.rx_nombuf;
  return port;
}

}  // namespace weir
