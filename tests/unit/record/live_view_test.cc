#include "record/live_view.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace weir {
namespace {

RunStatistics some_run() {
  const auto worker = std::make_unique<WorkerCounters>();
  worker->connections.add(2);
  worker->held.set(7);
  worker->drops[static_cast<std::size_t>(DropReason::kPoolShort)].add(5);
  worker->shrunk.add(6);
  worker->lateness_ns.record(40);
  LateCounters& stolen = worker->late[static_cast<std::size_t>(LateCause::kStolenCore)];
  stolen.frames.add(3);
  stolen.sum_ns.add(9'000'000);
  stolen.worst_ns.raise_to(4'000'000);
  worker->turns.add(3'000);
  worker->idle_turns.add(2'000);
  worker->bursts.add(8);
  worker->burst_frames.add(20);
  worker->stolen_gaps.add(2);
  worker->stolen_ns.add(5'000'000);
  worker->longest_stolen_ns.raise_to(4'500'000);
  for (Counter& cycles : worker->stage_cycles) cycles.add(3'050);
  worker->accounted_received.add(100);
  worker->accounted_sent.add(50);

  RunStatistics run;
  run.duration = milliseconds(2'500);
  run.links = {{{"eth1", 100, 60'000, 90, 50'000, 1, 2, 3}, {"eth2", 95, 51'000, 100, 61'000, 0, 0, 4}}};
  run.totals.add(*worker);
  return run;
}

constexpr const char* kStatistics = R"({
 "duration_ms": 2500,
 "links": {
  "0": {
   "a": {
    "name": "eth1",
    "rx_frames": 100,
    "rx_bytes": 60000,
    "tx_frames": 90,
    "tx_bytes": 50000,
    "imissed": 1,
    "rx_nombuf": 2,
    "tx_full": 3
   },
   "b": {
    "name": "eth2",
    "rx_frames": 95,
    "rx_bytes": 51000,
    "tx_frames": 100,
    "tx_bytes": 61000,
    "imissed": 0,
    "rx_nombuf": 0,
    "tx_full": 4
   }
  }
 },
 "connections": 2,
 "tcp_connections": 0,
 "exchanges": 0,
 "applied": {
  "latency": 0,
  "jitter": 0,
  "reset": 0
 },
 "injected": 0,
 "absorbed": 0,
 "duplicated": 0,
 "drops": {
  "intended": {
   "rate_queue": 0,
   "head_drop": 0,
   "codel": 0,
   "pie": 0,
   "reset": 0,
   "after_reset": 0,
   "loss": 0,
   "outage": 0,
   "port_reused": 0,
   "stopped": 0
  },
  "unintended": {
   "tx_full": 0,
   "no_ticket": 0,
   "held_full": 0,
   "pool_short": 5
  }
 },
 "held": 7,
 "shrunk": 6,
 "lateness_ns": {
  "p50": 40,
  "p99": 40,
  "p999": 40,
  "max": 40
 },
 "late": {
  "after_us": 1000,
  "frames": 3,
  "loop_too_long": {
   "frames": 0,
   "mean_us": 0,
   "max_us": 0
  },
  "tx_full": {
   "frames": 0,
   "mean_us": 0,
   "max_us": 0
  },
  "stolen_core": {
   "frames": 3,
   "mean_us": 3000,
   "max_us": 4000
  }
 },
 "buffers": {
  "packets": {
   "all": 65536,
   "free": 60000
  }
 }
})";

constexpr const char* kWorkers = R"({
 "0": {
  "turns": 3000,
  "idle_permille": 667,
  "bursts": 8,
  "burst_frames": 20,
  "frames_per_100_bursts": 250,
  "cycles_per_frame": {
   "receive": 31,
   "parse": 31,
   "lookup": 31,
   "shape": 31,
   "release": 61,
   "send": 61
  },
  "stolen": {
   "gaps": 2,
   "us": 5000,
   "longest_us": 4500
  }
 }
})";

TEST(LiveView, StatisticsAreWholeNumbersInTables) {
  EXPECT_EQ(live_statistics(some_run(), {{"packets", 65'536, 60'000}}).dump(1), kStatistics);
}

TEST(LiveView, AWorkerIsATable) {
  EXPECT_EQ(live_workers(some_run().totals).dump(1), kWorkers);
}

TEST(LiveView, NothingIsDividedByNothing) {
  RunStatistics run;
  run.totals.add(*std::make_unique<WorkerCounters>());
  EXPECT_EQ(live_workers(run.totals).at("0").at("idle_permille"), 0);
  EXPECT_EQ(live_statistics(run, {}).at("late").at("stolen_core").at("mean_us"), 0);
}

}  // namespace
}  // namespace weir
