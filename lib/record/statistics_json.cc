#include "record/statistics_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "profile/errors.h"
#include "record/asked_json.h"

namespace weir {
namespace {

using Json = nlohmann::ordered_json;

double seconds_of(Duration duration) {
  return static_cast<double>(duration.nanoseconds()) / 1e9;
}

Json ratio(double part, double whole) {
  return whole > 0 ? Json(part / whole) : Json(nullptr);
}
Json ratio(std::uint64_t part, std::uint64_t whole) {
  return ratio(static_cast<double>(part), static_cast<double>(whole));
}
Json mean_milliseconds(std::uint64_t sum_ns, std::uint64_t count) {
  return ratio(static_cast<double>(sum_ns) / 1e6, static_cast<double>(count));
}

Json port_json(const PortStatistics& port) {
  return {{"name", port.name},           {"rx_frames", port.rx_frames}, {"rx_bytes", port.rx_bytes},
          {"tx_frames", port.tx_frames}, {"tx_bytes", port.tx_bytes},   {"imissed", port.imissed},
          {"rx_nombuf", port.rx_nombuf}, {"tx_full", port.tx_full}};
}

Json links_json(const RunStatistics& run) {
  Json links = Json::array();
  for (const LinkStatistics& link : run.links) links.push_back({{"a", port_json(link.a)}, {"b", port_json(link.b)}});
  return links;
}

Json applied_json(const Totals& totals) {
  std::uint64_t rate_dropped = 0;
  for (const DropReason reason :
       {DropReason::kRateQueue, DropReason::kHeadDrop, DropReason::kCodel, DropReason::kPie}) {
    rate_dropped += totals.drops[static_cast<std::size_t>(reason)];
  }
  return {{"latency", totals.latency_applied}, {"jitter", totals.jitter_applied},
          {"reset", totals.reset_applied},     {"loss", totals.drops[static_cast<std::size_t>(DropReason::kLoss)]},
          {"duplicate", totals.duplicated},    {"corrupt", totals.corrupted},
          {"reorder", totals.reordered},       {"delay", totals.delayed},
          {"rate_dropped", rate_dropped},      {"ecn_marked", totals.ecn_marked}};
}

/// Every reason is named, also those that did not occur.
Json drops_json(const Totals& totals) {
  Json drops = {{"intended", Json::object()}, {"unintended", Json::object()}};
  for (std::size_t i = 0; i < kDropReasons; ++i) {
    const auto reason = static_cast<DropReason>(i);
    drops[is_intended(reason) ? "intended" : "unintended"][std::string(name_of(reason))] = totals.drops[i];
  }
  return drops;
}

Json unshaped_json(const Totals& totals) {
  Json unshaped = Json::object();
  for (std::size_t i = 0; i < kUnshapedReasons; ++i) {
    unshaped[std::string(name_of(static_cast<UnshapedReason>(i)))] = totals.unshaped[i];
  }
  return unshaped;
}

/// Whether some rule asks for an impairment. What a profile asked for that is gone, or a phase, shows in what was done.
template <typename Member>
bool is_asked(const Rules& rules, Member impairment) {
  if ((rules.*impairment).has_value()) return true;
  return std::ranges::any_of(rules.rules, [&](const Rule& rule) { return (rule.impair.*impairment).has_value(); });
}

/// What packet rules did, of the frames that they were asked about.
void add_achieved_of_packets(const Totals& totals, Json& achieved) {
  if (totals.packets_drawn == 0) return;
  const auto add = [&](const char* name, std::uint64_t count) {
    achieved[name] = {
        {"frames", totals.packets_drawn}, {"count", count}, {"share", ratio(count, totals.packets_drawn)}};
  };
  add("loss", totals.drops[static_cast<std::size_t>(DropReason::kLoss)]);
  add("duplicate", totals.duplicated);
  add("corrupt", totals.corrupted);
  add("reorder", totals.reordered);
  add("delay", totals.delayed);
}

Json achieved_json(const RunStatistics& run) {
  const Totals& totals = run.totals;
  Json achieved = Json::object();
  if (is_asked(run.asked, &Impairments::latency) || totals.latency_applied > 0) {
    achieved["latency"] = {{"count", totals.latency_applied},
                           {"mean_ms", mean_milliseconds(totals.response_held_ns, totals.responses_held)}};
  }
  if (run.asked.speed || totals.limited_bytes > 0) {
    const auto bytes = static_cast<double>(totals.limited_bytes);
    achieved["speed"] = {{"bytes", totals.limited_bytes},
                         {"mean_bytes_per_s", ratio(bytes, seconds_of(run.duration))},
                         {"active_s", seconds_of(run.speed_active)},
                         {"mean_active_bytes_per_s", ratio(bytes, seconds_of(run.speed_active))}};
  }
  if (is_asked(run.asked, &Impairments::jitter) || totals.jitter_draws > 0) {
    achieved["jitter"] = {{"draws", totals.jitter_draws},
                          {"count", totals.jitter_applied},
                          {"share", ratio(totals.jitter_applied, totals.jitter_draws)},
                          {"mean_ms", mean_milliseconds(totals.jitter_drawn_ns, totals.jitter_applied)}};
  }
  if (is_asked(run.asked, &Impairments::reset) || totals.reset_draws > 0) {
    achieved["reset"] = {{"draws", totals.reset_draws},
                         {"count", totals.reset_applied},
                         {"share", ratio(totals.reset_applied, totals.reset_draws)}};
  }
  add_achieved_of_packets(totals, achieved);
  return achieved;
}

Json lateness_json(const HistogramSum& lateness) {
  return {{"p50", lateness.percentile(500)},
          {"p99", lateness.percentile(990)},
          {"p999", lateness.percentile(999)},
          {"max", lateness.largest()}};
}

/// Frames later than promised, by cause; every cause is named.
Json late_json(const RunStatistics& run) {
  Json causes = Json::object();
  for (std::size_t i = 0; i < kLateCauses; ++i) {
    const LateTotals& late = run.totals.late[i];
    causes[std::string(name_of(static_cast<LateCause>(i)))] = {{"frames", late.frames},
                                                               {"mean_ms", mean_milliseconds(late.sum_ns, late.frames)},
                                                               {"max_ms", static_cast<double>(late.worst_ns) / 1e6}};
  }
  return {
      {"after_ms", milliseconds_of(run.max_late)}, {"frames", run.totals.late_frames()}, {"causes", std::move(causes)}};
}

Json cycles_json(const TurnTotals& worker) {
  Json cycles = Json::object();
  for (std::size_t i = 0; i < kStages; ++i) {
    const auto stage = static_cast<Stage>(i);
    cycles[std::string(name_of(stage))] = ratio(worker.stage_cycles[i], worker.accounted(stage));
  }
  return cycles;
}

Json workers_json(const Totals& totals) {
  Json workers = Json::array();
  for (const TurnTotals& worker : totals.workers) {
    workers.push_back({{"turns", worker.turns},
                       {"idle_share", ratio(worker.idle_turns, worker.turns)},
                       {"frames_per_burst", ratio(worker.burst_frames, worker.bursts)},
                       {"stolen",
                        {{"gaps", worker.stolen_gaps},
                         {"ms", static_cast<double>(worker.stolen_ns) / 1e6},
                         {"longest_ms", static_cast<double>(worker.longest_stolen_ns) / 1e6}}},
                       {"cycles_per_frame", cycles_json(worker)}});
  }
  return workers;
}

Json conservation_json(const Conservation& sum) {
  return {{"received", sum.received}, {"injected", sum.injected}, {"duplicated", sum.duplicated},
          {"sent", sum.sent},         {"dropped", sum.dropped},   {"absorbed", sum.absorbed},
          {"held", sum.held},         {"holds", sum.holds()}};
}

}  // namespace

std::string to_json(const RunStatistics& run) {
  const Totals& totals = run.totals;
  const auto broken = broken_promises(run);
  Json json;
  json["version"] = run.version;
  json["seed"] = run.asked.seed;
  json["duration_s"] = seconds_of(run.duration);
  json["links"] = links_json(run);
  json["connections"] = totals.connections;
  json["tcp_connections"] = totals.tcp_connections;
  json["exchanges"] = totals.exchanges;
  json["evicted"] = totals.evicted;
  json["applied"] = applied_json(totals);
  json["injected"] = totals.injected;
  json["absorbed"] = totals.absorbed;
  json["drops"] = drops_json(totals);
  json["unshaped"] = unshaped_json(totals);
  json["held"] = totals.held;
  json["asked"] = asked_json(run.asked);
  json["achieved"] = achieved_json(run);
  if (run.reloads + run.reloads_refused > 0) {
    json["reloads"] = {{"applied", run.reloads}, {"refused", run.reloads_refused}};
  }
  json["lateness_ns"] = lateness_json(totals.lateness_ns);
  json["late"] = late_json(run);
  json["workers"] = workers_json(totals);
  json["conservation"] = conservation_json(conservation_of(run));
  if (run.capture) json["capture"] = {{"frames", run.capture->frames}, {"lost", run.capture->lost}};
  json["kept_promises"] = broken.empty();
  json["broken"] = broken;
  // Port names come from the command line and may be any bytes: what is not UTF-8 is replaced, never thrown about.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_statistics(const std::string& path, const RunStatistics& run) {
  std::ofstream file(path, std::ios::trunc);
  file << to_json(run) << std::flush;
  if (!file) throw RunError(fmt::format("cannot write the statistics {}: {}", path, std::strerror(errno)));
}

}  // namespace weir
