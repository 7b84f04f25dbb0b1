// A decision log summed up, for `weir report`: read as a stream, in memory that does not grow with its lines. Rules,
// phases and events that this weir does not know are bounded as well; what is beyond is counted together. Control
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/event_bars.h"
#include "record/log_reader.h"
#include "record/phase_book.h"
#include "record/sample.h"

namespace weir {

/// Events that a report counts, by their words in the log.
inline constexpr std::array<std::string_view, 13> kReportedEvents = {
    "open",    "latency", "jitter", "reset", "drop",  "duplicate", "corrupt",
    "reorder", "mark",    "absorb", "rate",  "close", "phase"};

/// How often an event stands in the log, and how often a draw did not strike.
struct EventCount {
  std::uint64_t struck = 0;
  std::uint64_t missed = 0;
};
using EventCounts = std::array<EventCount, kReportedEvents.size()>;

/// What one rule decided.
struct RuleFacts {
  std::string name;
  EventCounts events;
  Sample drawn_ns;              // latencies as drawn
  Sample held_ns;               // latencies whose frame left: done - t
  Sample stalled_ns;            // outages as drawn
  std::uint64_t abandoned = 0;  // latencies whose frame was dropped instead
};

struct LoggedPhase {
  std::int64_t t_ns = 0;
  std::string name;
};

struct ReportFacts {
  static constexpr std::size_t kMostRules = 64;
  static constexpr std::size_t kMostPhases = 256;
  static constexpr std::size_t kMostUnknown = 16;

  std::string path;
  std::uint64_t decisions = 0;
  EventCounts events{};
  std::map<std::string, std::uint64_t> unknown;  // events of a newer weir
  std::uint64_t more_unknown = 0;                // beyond kMostUnknown
  std::deque<RuleFacts> rules;                   // in the order in which they come; the last may be all others
  Sample lateness_ns;                            // done - due of frames that left, a frame once
  std::uint64_t early = 0;                       // of them, before they were due
  std::uint64_t unfinished = 0;                  // held, and neither left nor dropped when the log ended
  EventBars timeline;
  std::array<RateSeries, 2> rates;        // one limiter, or those of up and down
  std::array<RateSeries, 2> asked_rates;  // the same, with rates that were asked for and stayed
  CarriedSeries carried;
  PhaseBook by_phase;
  std::vector<LoggedPhase> phases;
  std::uint64_t more_phases = 0;
  std::optional<std::int64_t> first_ns;  // the least t_ns
  std::int64_t last_ns = 0;              // the last instant that a line names
  bool cut_off = false;                  // the last line was not complete, and is not counted

  [[nodiscard]] const EventCount& of(std::string_view event) const;
};

/// Reads all of a log: a file twice, as what is asked for may stand behind what was decided under it; what can be read
/// only once, once. Throws UsageError for a file that can't be read and, naming the line, for one that is no log.
[[nodiscard]] ReportFacts read_report_facts(const std::string& path);

}  // namespace weir
