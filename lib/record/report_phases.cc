#include "record/report_phases.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace weir {
namespace {

using Row = std::vector<std::string>;
using Book = PhaseBook;

constexpr const char* kNothing = "-";

std::string number_text(double value) {
  return fmt::format("{:.6g}", value);
}
std::string range_text(const AskedOverTime& asked) {
  if (asked.none()) return kNothing;
  return asked.min == asked.max ? number_text(asked.min)
                                : fmt::format("{}..{}", number_text(asked.min), number_text(asked.max));
}
std::string mean_text(const AskedOverTime& asked) {
  return asked.none() ? kNothing : fmt::format("{:.3f}", asked.mean());
}
/// What holds of one law only.
std::string constant_text(const AskedOverTime& asked) {
  return asked.none() || asked.min != asked.max ? kNothing : fmt::format("{:.3f}", asked.min);
}
std::string milliseconds_text(double nanoseconds) {
  return fmt::format("{:.3f}", nanoseconds / 1e6);
}
std::string percentile_text(const Sample& sample, std::uint32_t per_mille) {
  return sample.count() == 0 ? kNothing : milliseconds_text(static_cast<double>(sample.percentile(per_mille)));
}
std::string mean_text(const Sample& sample) {
  return sample.count() == 0 ? kNothing : milliseconds_text(sample.mean());
}
std::string share_text(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? kNothing : fmt::format("{:.4g}", static_cast<double>(part) / static_cast<double>(whole));
}

std::string title_of(const PhaseFacts& phase, const Book& book) {
  if (!phase.name.empty()) return phase.name;
  return book.phases().size() == 1 ? "(whole run)" : "(outside of phases)";
}

/// A row for each rule of each phase that has one.
template <typename MakeRow>
void add_rows(const Book& book, ReportTable& table, const MakeRow& make_row) {
  for (const PhaseFacts& phase : book.phases()) {
    for (const RuleInPhase& rule : phase.rules) {
      Row cells = make_row(rule);
      if (cells.empty()) continue;
      cells.insert(cells.begin(), fmt::format("{}, {}", title_of(phase, book), rule.name));
      table.rows.push_back(std::move(cells));
    }
  }
}

ReportTable latency_table(const Book& book) {
  ReportTable table{"latency by phase, ms",
                    {"phase, rule", "count", "asked", "asked mean", "mean", "asked p50", "p50", "asked p99", "p99",
                     "held mean", "held p99"},
                    {},
                    "mean, p50, p99: as drawn; asked mean: over the time that it was asked for; held: how long first "
                    "bytes were held, by whatever"};
  add_rows(book, table, [](const RuleInPhase& rule) {
    if (rule.latency_ms.none() && rule.drawn_ns.count() == 0) return Row{};
    return Row{fmt::format("{}", rule.drawn_ns.count()),
               range_text(rule.latency_ms),
               mean_text(rule.latency_ms),
               mean_text(rule.drawn_ns),
               constant_text(rule.latency_p50_ms),
               percentile_text(rule.drawn_ns, 500),
               constant_text(rule.latency_p99_ms),
               percentile_text(rule.drawn_ns, 990),
               mean_text(rule.held_ns),
               percentile_text(rule.held_ns, 990)};
  });
  return table;
}

ReportTable resets_table(const Book& book) {
  ReportTable table{"resets by phase", {"phase, rule", "draws", "struck", "share", "asked", "asked mean"}, {}, ""};
  add_rows(book, table, [](const RuleInPhase& rule) {
    const std::uint64_t draws = rule.resets + rule.resets_missed;
    if (rule.reset_share.none() && draws == 0) return Row{};
    return Row{fmt::format("{}", draws), fmt::format("{}", rule.resets), share_text(rule.resets, draws),
               range_text(rule.reset_share), mean_text(rule.reset_share)};
  });
  return table;
}

ReportTable outages_table(const Book& book) {
  ReportTable table{"outages by phase",
                    {"phase, rule", "draws", "struck", "share", "asked", "mean ms", "asked ms", "asked mean ms"},
                    {},
                    "as drawn"};
  add_rows(book, table, [](const RuleInPhase& rule) {
    const std::uint64_t draws = rule.stalled_ns.count() + rule.outages_missed;
    if (rule.jitter_share.none() && draws == 0) return Row{};
    return Row{fmt::format("{}", draws),
               fmt::format("{}", rule.stalled_ns.count()),
               share_text(rule.stalled_ns.count(), draws),
               range_text(rule.jitter_share),
               mean_text(rule.stalled_ns),
               range_text(rule.jitter_ms),
               mean_text(rule.jitter_ms)};
  });
  return table;
}

ReportTable frames_table(const Book& book) {
  ReportTable table{"single frames by phase",
                    {"phase, rule", "dropped", "duplicated", "corrupted", "reordered"},
                    {},
                    "how many were drawn for is not in the log"};
  add_rows(book, table, [](const RuleInPhase& rule) {
    if (rule.dropped + rule.duplicated + rule.corrupted + rule.reordered == 0) return Row{};
    return Row{fmt::format("{}", rule.dropped), fmt::format("{}", rule.duplicated), fmt::format("{}", rule.corrupted),
               fmt::format("{}", rule.reordered)};
  });
  return table;
}

Row rate_row(const PhaseFacts& phase, const Book& book, std::string_view way, double bytes,
             const AskedOverTime& asked) {
  const std::string mean = asked.none() ? kNothing : fmt::format("{:.0f}", asked.mean());
  return {fmt::format("{}, {}", title_of(phase, book), way),
          fmt::format("{:.3f}", phase.seconds),
          fmt::format("{:.3f}", phase.busy_seconds),
          fmt::format("{:.0f}", bytes),
          phase.busy_seconds > 0 ? fmt::format("{:.0f}", bytes / phase.busy_seconds) : kNothing,
          range_text(asked),
          mean};
}

ReportTable rate_table(const Book& book) {
  ReportTable table{"rate by phase, bytes a second",
                    {"phase, way", "seconds", "busy, s", "bytes", "achieved", "asked", "asked mean"},
                    {},
                    "limited: what passed the limiter, by its account; frames: all that left, whole frames; achieved: "
                    "over the seconds in which anything left"};
  for (const PhaseFacts& phase : book.phases()) {
    const bool two = !phase.speed[1].none();
    if (phase.bytes[2] > 0 || !phase.speed[0].none()) {
      table.rows.push_back(rate_row(phase, book, two ? "limited up" : "limited", phase.bytes[2], phase.speed[0]));
    }
    if (phase.bytes[3] > 0 || !phase.speed[1].none()) {
      table.rows.push_back(rate_row(phase, book, "limited down", phase.bytes[3], phase.speed[1]));
    }
    if (phase.bytes[0] > 0) table.rows.push_back(rate_row(phase, book, "frames up", phase.bytes[0], {}));
    if (phase.bytes[1] > 0) table.rows.push_back(rate_row(phase, book, "frames down", phase.bytes[1], {}));
  }
  return table;
}

}  // namespace

std::vector<ReportTable> phase_tables(const ReportFacts& facts) {
  const Book& book = facts.by_phase;
  return {latency_table(book), resets_table(book), outages_table(book), frames_table(book), rate_table(book)};
}

}  // namespace weir
