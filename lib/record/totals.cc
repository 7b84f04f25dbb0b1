#include "record/totals.h"

#include <algorithm>

#include "engine/worker.h"

namespace weir {

void HistogramSum::add(const Histogram& histogram) {
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    buckets_[bucket] += histogram.count_in(bucket);
    count_ += histogram.count_in(bucket);
  }
  largest_ = std::max(largest_, histogram.largest());
}

std::uint64_t HistogramSum::percentile(std::uint32_t per_mille) const {
  __extension__ using Wide = unsigned __int128;
  const Wide wanted = Wide{count_} * per_mille;
  std::uint64_t cumulative = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    cumulative += buckets_[bucket];
    const bool reached = cumulative > 0 && Wide{cumulative} * 1000 >= wanted;
    if (!reached) continue;
    const bool is_open_ended = bucket == Histogram::kBuckets - 1;
    return is_open_ended ? largest_ : std::min(Histogram::upper_edge(bucket), largest_);
  }
  return 0;
}

void Totals::add(const WorkerCounters& counters) {
  connections += counters.connections.value();
  tcp_connections += counters.tcp_connections.value();
  exchanges += counters.exchanges.value();
  evicted += counters.evicted.value();
  latency_applied += counters.latency_applied.value();
  jitter_applied += counters.jitter_applied.value();
  reset_applied += counters.reset_applied.value();
  responses_held += counters.responses_held.value();
  response_held_ns += counters.response_held_ns.value();
  jitter_drawn_ns += counters.jitter_drawn_ns.value();
  reset_draws += counters.reset_draws.value();
  jitter_draws += counters.jitter_draws.value();
  injected += counters.injected.value();
  absorbed += counters.absorbed.value();
  duplicated += counters.duplicated.value();
  packets_drawn += counters.packets_drawn.value();
  corrupted += counters.corrupted.value();
  reordered += counters.reordered.value();
  delayed += counters.delayed.value();
  held += counters.held.value();
  ecn_marked += counters.ecn_marked.value();
  for (const Counter& budget : counters.limited_bytes) limited_bytes += budget.value();
  log_overflow += counters.log_overflow.value();
  early += counters.early.value();
  out_of_order += counters.out_of_order.value();
  for (std::size_t reason = 0; reason < kDropReasons; ++reason) drops[reason] += counters.drops[reason].value();
  for (std::size_t reason = 0; reason < kUnshapedReasons; ++reason) {
    unshaped[reason] += counters.unshaped[reason].value();
  }
  shrunk += counters.shrunk.value();
  lateness_ns.add(counters.lateness_ns);
  add_late(counters);
  add_turns(counters);
}

void Totals::add_late(const WorkerCounters& counters) {
  for (std::size_t cause = 0; cause < kLateCauses; ++cause) {
    late[cause].frames += counters.late[cause].frames.value();
    late[cause].sum_ns += counters.late[cause].sum_ns.value();
    late[cause].worst_ns = std::max(late[cause].worst_ns, counters.late[cause].worst_ns.value());
  }
}

void Totals::add_turns(const WorkerCounters& counters) {
  TurnTotals& worker = workers.emplace_back();
  worker.turns = counters.turns.value();
  worker.idle_turns = counters.idle_turns.value();
  for (std::size_t stage = 0; stage < kStages; ++stage)
    worker.stage_cycles[stage] = counters.stage_cycles[stage].value();
  worker.accounted_received = counters.accounted_received.value();
  worker.accounted_sent = counters.accounted_sent.value();
  worker.bursts = counters.bursts.value();
  worker.burst_frames = counters.burst_frames.value();
  worker.stolen_gaps = counters.stolen_gaps.value();
  worker.stolen_ns = counters.stolen_ns.value();
  worker.longest_stolen_ns = counters.longest_stolen_ns.value();
}

std::uint64_t Totals::dropped(bool intended) const {
  std::uint64_t sum = 0;
  for (std::size_t reason = 0; reason < kDropReasons; ++reason) {
    if (is_intended(static_cast<DropReason>(reason)) == intended) sum += drops[reason];
  }
  return sum;
}

void add_carried(const Worker& worker, std::size_t links, CarriedSums& sums) {
  for (std::size_t link = 0; link < links; ++link) {
    sums.up_bytes += worker.port_counters(link, Side::kB).tx_bytes.value();
    sums.down_bytes += worker.port_counters(link, Side::kA).tx_bytes.value();
  }
  for (std::size_t budget = 0; budget < sums.limited.size(); ++budget) {
    sums.limited[budget] += worker.counters().limited_bytes[budget].value();
  }
}

std::uint64_t Totals::late_frames() const {
  std::uint64_t sum = 0;
  for (const LateTotals& one : late) sum += one.frames;
  return sum;
}

}  // namespace weir
