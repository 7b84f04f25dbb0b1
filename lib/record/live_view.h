// A run as numbers that are asked for while it runs: whole numbers and names only, in nested tables, so that whatever
// carries them (DPDK's telemetry knows no fractions) can. The names are those of the statistics where there is one.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "record/statistics.h"

namespace weir {

/// The buffers of a run, of one size.
struct PoolView {
  std::string name;
  std::uint64_t buffers = 0;
  std::uint64_t free = 0;
};

/// What was received, sent, dropped by reason, held, and how late. Of `run` only links, totals, duration and max_late
/// count.
[[nodiscard]] nlohmann::ordered_json live_statistics(const RunStatistics& run, const std::vector<PoolView>& pools);

/// A table a worker, by its number: turns, idle turns in thousandths, bursts and their fill, cycles a frame by stage,
/// stolen time.
[[nodiscard]] nlohmann::ordered_json live_workers(const Totals& totals);

}  // namespace weir
