#include "record/live_view.h"

#include <nlohmann/json.hpp>
#include <string>

namespace weir {
namespace {

using Json = nlohmann::ordered_json;

/// Rounded to the nearest; 0 of nothing.
std::uint64_t quotient(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : (part + whole / 2) / whole;
}

std::uint64_t microseconds_of(std::uint64_t ns) {
  return ns / 1'000;
}

Json port_view(const PortStatistics& port) {
  return {{"name", port.name},           {"rx_frames", port.rx_frames}, {"rx_bytes", port.rx_bytes},
          {"tx_frames", port.tx_frames}, {"tx_bytes", port.tx_bytes},   {"imissed", port.imissed},
          {"rx_nombuf", port.rx_nombuf}, {"tx_full", port.tx_full}};
}

Json drops_view(const Totals& totals) {
  Json drops = {{"intended", Json::object()}, {"unintended", Json::object()}};
  for (std::size_t i = 0; i < kDropReasons; ++i) {
    const auto reason = static_cast<DropReason>(i);
    drops[is_intended(reason) ? "intended" : "unintended"][std::string(name_of(reason))] = totals.drops[i];
  }
  return drops;
}

Json late_view(const RunStatistics& run) {
  Json late = {{"after_us", microseconds_of(static_cast<std::uint64_t>(run.max_late.nanoseconds()))},
               {"frames", run.totals.late_frames()}};
  for (std::size_t i = 0; i < kLateCauses; ++i) {
    const LateTotals& one = run.totals.late[i];
    late[std::string(name_of(static_cast<LateCause>(i)))] = {
        {"frames", one.frames},
        {"mean_us", microseconds_of(quotient(one.sum_ns, one.frames))},
        {"max_us", microseconds_of(one.worst_ns)}};
  }
  return late;
}

Json cycles_view(const TurnTotals& worker) {
  Json cycles = Json::object();
  for (std::size_t i = 0; i < kStages; ++i) {
    const auto stage = static_cast<Stage>(i);
    cycles[std::string(name_of(stage))] = quotient(worker.stage_cycles[i], worker.accounted(stage));
  }
  return cycles;
}

}  // namespace

Json live_statistics(const RunStatistics& run, const std::vector<PoolView>& pools) {
  const Totals& totals = run.totals;
  Json view;
  view["duration_ms"] = static_cast<std::uint64_t>(run.duration.nanoseconds() / 1'000'000);
  view["links"] = Json::object();
  for (std::size_t link = 0; link < run.links.size(); ++link) {
    view["links"][std::to_string(link)] = {{"a", port_view(run.links[link].a)}, {"b", port_view(run.links[link].b)}};
  }
  view["connections"] = totals.connections;
  view["tcp_connections"] = totals.tcp_connections;
  view["exchanges"] = totals.exchanges;
  view["applied"] = {
      {"latency", totals.latency_applied}, {"jitter", totals.jitter_applied}, {"reset", totals.reset_applied}};
  view["injected"] = totals.injected;
  view["absorbed"] = totals.absorbed;
  view["duplicated"] = totals.duplicated;
  view["drops"] = drops_view(totals);
  view["held"] = totals.held;
  view["shrunk"] = totals.shrunk;
  view["lateness_ns"] = {{"p50", totals.lateness_ns.percentile(500)},
                         {"p99", totals.lateness_ns.percentile(990)},
                         {"p999", totals.lateness_ns.percentile(999)},
                         {"max", totals.lateness_ns.largest()}};
  view["late"] = late_view(run);
  view["buffers"] = Json::object();
  for (const PoolView& pool : pools) view["buffers"][pool.name] = {{"all", pool.buffers}, {"free", pool.free}};
  return view;
}

Json live_workers(const Totals& totals) {
  Json view = Json::object();
  for (std::size_t i = 0; i < totals.workers.size(); ++i) {
    const TurnTotals& worker = totals.workers[i];
    view[std::to_string(i)] = {{"turns", worker.turns},
                               {"idle_permille", quotient(1'000 * worker.idle_turns, worker.turns)},
                               {"bursts", worker.bursts},
                               {"burst_frames", worker.burst_frames},
                               {"frames_per_100_bursts", quotient(100 * worker.burst_frames, worker.bursts)},
                               {"cycles_per_frame", cycles_view(worker)},
                               {"stolen",
                                {{"gaps", worker.stolen_gaps},
                                 {"us", microseconds_of(worker.stolen_ns)},
                                 {"longest_us", microseconds_of(worker.longest_stolen_ns)}}}};
  }
  return view;
}

}  // namespace weir
