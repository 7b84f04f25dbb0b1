// Sums over workers: plain numbers read from the counters that each worker writes for itself.
// Called on control threads, while workers run (numbers are then a moment apart) or after they stopped (exact).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/histogram.h"
#include "engine/worker_counters.h"
#include "record/carried_meter.h"

namespace weir {

class Worker;

/// Several histograms as one.
class HistogramSum {
 public:
  HistogramSum() : buckets_(Histogram::kBuckets) {}

  void add(const Histogram& histogram);

  /// The smallest upper edge below or at which at least `per_mille` of a thousand values lie, but never more than the
  /// largest value; 0 when there are no values. Overstates by 1/32 at most, never flatters.
  [[nodiscard]] std::uint64_t percentile(std::uint32_t per_mille) const;

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t largest() const { return largest_; }

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t largest_ = 0;
};

/// How a worker spent its turns.
struct TurnTotals {
  std::uint64_t turns = 0;
  std::uint64_t idle_turns = 0;
  std::array<std::uint64_t, kStages> stage_cycles{};  // of the turns that were taken apart
  std::uint64_t accounted_received = 0;               // frames, in those turns
  std::uint64_t accounted_sent = 0;
  std::uint64_t bursts = 0;  // polls of a port that found frames
  std::uint64_t burst_frames = 0;
  std::uint64_t stolen_gaps = 0;  // between turns, that what they moved does not explain
  std::uint64_t stolen_ns = 0;
  std::uint64_t longest_stolen_ns = 0;

  /// The frames that a stage's cycles are divided by: before release those that came in, from there those that left.
  [[nodiscard]] std::uint64_t accounted(Stage stage) const {
    return stage == Stage::kRelease || stage == Stage::kSend ? accounted_sent : accounted_received;
  }
};

/// Frames that left later than promised, for one cause.
struct LateTotals {
  std::uint64_t frames = 0;
  std::uint64_t sum_ns = 0;
  std::uint64_t worst_ns = 0;
};

/// WorkerCounters summed; fields mean what they mean there.
struct Totals {
  std::uint64_t connections = 0;
  std::uint64_t tcp_connections = 0;
  std::uint64_t exchanges = 0;
  std::uint64_t evicted = 0;
  std::uint64_t latency_applied = 0;
  std::uint64_t jitter_applied = 0;
  std::uint64_t reset_applied = 0;
  std::uint64_t responses_held = 0;
  std::uint64_t response_held_ns = 0;
  std::uint64_t jitter_drawn_ns = 0;
  std::uint64_t reset_draws = 0;
  std::uint64_t jitter_draws = 0;
  std::uint64_t injected = 0;
  std::uint64_t absorbed = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t packets_drawn = 0;
  std::uint64_t corrupted = 0;
  std::uint64_t reordered = 0;
  std::uint64_t delayed = 0;
  std::uint64_t held = 0;
  std::uint64_t ecn_marked = 0;
  std::uint64_t limited_bytes = 0;  // of both budgets
  std::uint64_t log_overflow = 0;
  std::uint64_t early = 0;
  std::uint64_t out_of_order = 0;
  std::array<std::uint64_t, kDropReasons> drops{};
  std::array<std::uint64_t, kUnshapedReasons> unshaped{};
  std::uint64_t shrunk = 0;
  std::array<LateTotals, kLateCauses> late{};
  HistogramSum lateness_ns;
  std::vector<TurnTotals> workers;  // in the order in which they were added

  /// Adds one worker.
  void add(const WorkerCounters& counters);

  /// Dropped frames, intended or not.
  [[nodiscard]] std::uint64_t dropped(bool intended) const;

  /// Frames that left later than promised, for any cause.
  [[nodiscard]] std::uint64_t late_frames() const;

 private:
  void add_late(const WorkerCounters& counters);
  void add_turns(const WorkerCounters& counters);
};

/// Adds what a worker has carried over its first `links` links. Called while it runs, too.
void add_carried(const Worker& worker, std::size_t links, CarriedSums& sums);

}  // namespace weir
