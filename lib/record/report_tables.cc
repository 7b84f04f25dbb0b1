#include "record/report_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "record/report_phases.h"

namespace weir {
namespace {

using Row = std::vector<std::string>;
using Asked = std::optional<ReportAsked>;

std::string text_of(std::uint64_t count) {
  return fmt::format("{}", count);
}
std::string milliseconds_text(double nanoseconds) {
  return fmt::format("{:.3f}", nanoseconds / 1e6);
}
std::string milliseconds_text(std::uint64_t nanoseconds) {
  return milliseconds_text(static_cast<double>(nanoseconds));
}
std::string microseconds_text(std::uint64_t nanoseconds) {
  return fmt::format("{:.3f}", static_cast<double>(nanoseconds) / 1e3);
}
std::string seconds_text(double nanoseconds) {
  return fmt::format("{:.3f}", nanoseconds / 1e9);
}

std::string range_text(const std::optional<AskedRange>& range) {
  if (!range) return "-";
  return range->min == range->max ? fmt::format("{}", range->min) : fmt::format("{}..{}", range->min, range->max);
}
std::string share_text(const std::optional<double>& share) {
  return share ? fmt::format("{:.4g}", *share) : "-";
}

AskedImpairments asked_of(const Asked& asked, const RuleFacts& rule) {
  return asked ? asked->of(rule.name) : AskedImpairments();
}

const EventCount& count_of(const RuleFacts& rule, std::string_view event) {
  return rule.events[static_cast<std::size_t>(std::ranges::find(kReportedEvents, event) - kReportedEvents.begin())];
}
bool has_any(const EventCount& count) {
  return count.struck + count.missed > 0;
}

ReportTable events_table(const ReportFacts& facts) {
  ReportTable table{"events", {"event", "struck", "missed"}, {}, "missed: draws that did not strike"};
  for (std::size_t i = 0; i < kReportedEvents.size(); ++i) {
    const EventCount& count = facts.events[i];
    if (has_any(count)) {
      table.rows.push_back({std::string(kReportedEvents[i]), text_of(count.struck), text_of(count.missed)});
    }
  }
  if (facts.of("reset").missed + facts.of("jitter").missed == 0) {
    table.columns.pop_back();
    for (Row& row : table.rows) row.pop_back();
    table.note.clear();
  }
  return table;
}

Row distribution_row(const std::string& name, const Sample& sample) {
  return {name,
          text_of(sample.count()),
          milliseconds_text(sample.least()),
          milliseconds_text(sample.percentile(500)),
          milliseconds_text(sample.percentile(900)),
          milliseconds_text(sample.percentile(990)),
          milliseconds_text(sample.largest()),
          milliseconds_text(sample.mean())};
}

ReportTable drawn_table(const ReportFacts& facts, const Asked& asked) {
  ReportTable table{"latency drawn, ms", {"rule", "count", "min", "p50", "p90", "p99", "max", "mean", "asked"}, {}, ""};
  for (const RuleFacts& rule : facts.rules) {
    if (rule.drawn_ns.count() == 0) continue;
    Row row = distribution_row(rule.name, rule.drawn_ns);
    row.push_back(range_text(asked_of(asked, rule).latency_ms));
    table.rows.push_back(std::move(row));
  }
  if (!asked) {
    table.columns.pop_back();
    for (Row& row : table.rows) row.pop_back();
  }
  return table;
}

ReportTable held_table(const ReportFacts& facts) {
  ReportTable table{"latency achieved, ms",
                    {"rule", "count", "min", "p50", "p90", "p99", "max", "mean", "abandoned"},
                    {},
                    "how long first bytes were held, by whatever held them; abandoned: dropped instead"};
  for (const RuleFacts& rule : facts.rules) {
    if (rule.held_ns.count() + rule.abandoned == 0) continue;
    Row row = distribution_row(rule.name, rule.held_ns);
    row.push_back(text_of(rule.abandoned));
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable lateness_table(const ReportFacts& facts, const Asked& asked) {
  const Sample& sample = facts.lateness_ns;
  ReportTable table{"lateness, us",
                    {"of", "count", "early", "p50", "p99", "p99.9", "max"},
                    {},
                    "log: done - due of frames that decisions held. Waiting for the rate, for an outage that had begun "
                    "before, or behind another frame is in it"};
  if (sample.count() > 0) {
    table.rows.push_back({"log", text_of(sample.count()), text_of(facts.early),
                          microseconds_text(sample.percentile(500)), microseconds_text(sample.percentile(990)),
                          microseconds_text(sample.percentile(999)), microseconds_text(sample.largest())});
  }
  if (asked && asked->lateness_ns) {
    const RunLateness& run = *asked->lateness_ns;
    table.rows.push_back({"statistics", "-", "-", microseconds_text(run.p50), microseconds_text(run.p99),
                          microseconds_text(run.p999), microseconds_text(run.max)});
    table.note += "; the statistics leave it out, and are about every held frame";
  }
  return table;
}

ReportTable resets_table(const ReportFacts& facts, const Asked& asked) {
  ReportTable table{"resets", {"rule", "struck", "missed", "at", "how", "asked"}, {}, ""};
  for (const RuleFacts& rule : facts.rules) {
    const EventCount& count = count_of(rule, "reset");
    if (!has_any(count)) continue;
    const AskedImpairments wanted = asked_of(asked, rule);
    const auto word = [](const std::string& text) { return text.empty() ? "-" : text; };
    table.rows.push_back({rule.name, text_of(count.struck), text_of(count.missed), word(wanted.reset_at),
                          word(wanted.reset_how), share_text(wanted.reset_prob)});
  }
  if (!asked && !table.rows.empty()) table.note = "where connections were cut stands in the statistics (--stats)";
  return table;
}

ReportTable outages_table(const ReportFacts& facts, const Asked& asked) {
  ReportTable table{"outages (jitter), ms",
                    {"rule", "count", "in all, s", "min", "mean", "max", "missed", "asked", "asked prob"},
                    {},
                    "as drawn"};
  for (const RuleFacts& rule : facts.rules) {
    const EventCount& count = count_of(rule, "jitter");
    if (!has_any(count)) continue;
    const Sample& stalled = rule.stalled_ns;
    const AskedImpairments wanted = asked_of(asked, rule);
    table.rows.push_back({rule.name, text_of(count.struck), seconds_text(stalled.sum()),
                          milliseconds_text(stalled.least()), milliseconds_text(stalled.mean()),
                          milliseconds_text(stalled.largest()), text_of(count.missed), range_text(wanted.jitter_ms),
                          share_text(wanted.jitter_prob)});
  }
  return table;
}

ReportTable rate_table(const ReportFacts& facts, const Asked& asked) {
  ReportTable table{"rate, bytes a second", {"limiter", "redraws", "min", "mean", "max", "asked"}, {}, ""};
  const bool two = !facts.rates[1].points().empty();
  for (std::size_t limiter = 0; limiter < facts.rates.size(); ++limiter) {
    const RateSeries::Point all = facts.rates[limiter].whole();
    if (all.count == 0) continue;
    const std::string name = two ? (limiter == 0 ? "up" : "down") : "all";
    std::optional<AskedRange> range;
    if (asked) range = limiter == 0 ? asked->speed : asked->speed_down;
    table.rows.push_back({name, text_of(all.count), fmt::format("{:.0f}", all.least), fmt::format("{:.0f}", all.mean()),
                          fmt::format("{:.0f}", all.most), range_text(range)});
  }
  return table;
}

ReportTable frames_table(const ReportFacts& facts) {
  ReportTable table{"single frames",
                    {"rule", "dropped", "duplicated", "corrupted", "reordered", "absorbed"},
                    {},
                    "drops at the limiter's queue and absorbed retransmissions are logged under --log-all only"};
  for (const RuleFacts& rule : facts.rules) {
    Row row{rule.name};
    std::uint64_t sum = 0;
    for (const char* event : {"drop", "duplicate", "corrupt", "reorder", "absorb"}) {
      sum += count_of(rule, event).struck;
      row.push_back(text_of(count_of(rule, event).struck));
    }
    if (sum > 0) table.rows.push_back(std::move(row));
  }
  return table;
}

/// Over all rules, as the run itself has counted it.
ReportTable achieved_table(const Asked& asked) {
  ReportTable table{"asked and achieved, by the statistics", {"what", "asked", "achieved", "draws"}, {}, ""};
  if (!asked) return table;
  const AskedImpairments wanted = asked->of("default");
  const auto add = [&](const char* what, std::string wish, std::string got, const std::optional<std::uint64_t>& draws) {
    table.rows.push_back({what, std::move(wish), std::move(got), draws ? text_of(*draws) : "-"});
  };
  if (asked->latency_mean_ms) {
    add("latency, mean ms", range_text(wanted.latency_ms), fmt::format("{:.3f}", *asked->latency_mean_ms), {});
  }
  if (asked->speed_mean) {
    add("speed, bytes a second", range_text(asked->speed), fmt::format("{:.0f}", *asked->speed_mean), {});
  }
  if (asked->jitter_share) {
    add("jitter, share", share_text(wanted.jitter_prob), share_text(asked->jitter_share), asked->jitter_draws);
  }
  if (asked->reset_share) {
    add("reset, share", share_text(wanted.reset_prob), share_text(asked->reset_share), asked->reset_draws);
  }
  if (asked->rules.size() > 1) table.note = "asked: by the profile's [impair]; achieved: over all rules";
  return table;
}

/// A phase ends where it or another one begins, or where none is in force.
ReportTable phases_table(const ReportFacts& facts) {
  ReportTable table{"phases", {"phase", "begins at, s", "ends at, s"}, {}, ""};
  const bool tells_ends = !facts.by_phase.phases().empty();
  for (std::size_t i = 0; i < facts.phases.size(); ++i) {
    const LoggedPhase& phase = facts.phases[i];
    std::int64_t ends_ns = facts.by_phase.end_of_phase_at(phase.t_ns).value_or(facts.last_ns);
    if (i + 1 < facts.phases.size()) ends_ns = std::min(ends_ns, facts.phases[i + 1].t_ns);
    table.rows.push_back(
        {phase.name, seconds_text(static_cast<double>(phase.t_ns)), seconds_text(static_cast<double>(ends_ns))});
    if (!tells_ends) table.rows.back().pop_back();
  }
  if (!tells_ends) table.columns.pop_back();
  if (facts.more_phases > 0) table.note = fmt::format("and {} more", facts.more_phases);
  return table;
}

}  // namespace

std::vector<ReportTable> report_tables(const ReportFacts& facts, const Asked& asked) {
  std::vector<ReportTable> tables{events_table(facts),         achieved_table(asked),        drawn_table(facts, asked),
                                  held_table(facts),           lateness_table(facts, asked), resets_table(facts, asked),
                                  outages_table(facts, asked), rate_table(facts, asked),     frames_table(facts),
                                  phases_table(facts)};
  for (ReportTable& table : phase_tables(facts)) tables.push_back(std::move(table));
  std::erase_if(tables, [](const ReportTable& table) { return table.rows.empty(); });
  return tables;
}

std::vector<std::string> report_summary(const ReportFacts& facts, const Asked& asked) {
  std::vector<std::string> lines;
  std::string span;
  if (facts.first_ns) {
    span = fmt::format(" between {} s and {} s", seconds_text(static_cast<double>(*facts.first_ns)),
                       seconds_text(static_cast<double>(facts.last_ns)));
  }
  lines.push_back(fmt::format("{}: {} decisions{}", facts.path, facts.decisions, span));
  if (!asked) return lines;
  const std::string seed = asked->seed ? fmt::format(", seed {}", *asked->seed) : "";
  const std::string verdict = !asked->kept_promises   ? ""
                              : *asked->kept_promises ? ", all promises kept"
                                                      : ", promises were broken";
  lines.push_back(fmt::format("{}: weir {}{}{}", asked->path, asked->version, seed, verdict));
  for (const std::string& promise : asked->broken) lines.push_back("promise not kept: " + promise);
  return lines;
}

std::vector<std::string> report_remarks(const ReportFacts& facts) {
  std::vector<std::string> remarks;
  if (facts.cut_off) remarks.push_back("the last line is cut off: it is not counted");
  if (facts.early > 0) remarks.push_back(fmt::format("{} frames left before they were due", facts.early));
  if (facts.unfinished > 0) {
    remarks.push_back(
        fmt::format("{} decisions held a frame that was still held when the log ended", facts.unfinished));
  }
  for (const auto& [event, count] : facts.unknown) {
    remarks.push_back(
        fmt::format("event \"{}\" is not known to this weir: {} lines of it are not counted", event, count));
  }
  if (facts.more_unknown > 0) {
    remarks.push_back(fmt::format("{} lines of still other events are not counted", facts.more_unknown));
  }
  if (facts.rules.size() > ReportFacts::kMostRules) {
    remarks.push_back(fmt::format("more than {} rules: the rest is summed up as one", ReportFacts::kMostRules));
  }
  const auto rough = [](const RuleFacts& rule) { return !rule.drawn_ns.is_exact() || !rule.held_ns.is_exact(); };
  if (!facts.lateness_ns.is_exact() || std::ranges::any_of(facts.rules, rough)) {
    remarks.push_back(
        fmt::format("percentiles over more than {} values are overstated by 1/32 at most", Sample::kKept));
  }
  return remarks;
}

}  // namespace weir
