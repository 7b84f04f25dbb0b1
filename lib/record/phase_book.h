// A log by phases, for `weir report`: when each was in force, what was asked for in it, and what came of it. Time
// outside of phases is one, too, without a name. What is asked for is told before what is decided under it, or all of
// it first; instants are looked up, as lines of a log are not in the order of time. Bounded: what is beyond is one
// phase more. Pure; control thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "record/chronicle_lines.h"
#include "record/sample.h"

namespace weir {

/// A number that was asked for, each value for a while.
struct AskedOverTime {
  double min = 0;
  double max = 0;
  double weighted = 0;  // sum of value x seconds
  double seconds = 0;   // in which it was asked for

  void add(const AskedRange& range, double mean, double for_seconds);
  [[nodiscard]] bool none() const { return seconds <= 0; }
  [[nodiscard]] double mean() const { return weighted / seconds; }
};

/// What one rule was asked for and did in a phase.
struct RuleInPhase {
  std::string name;
  AskedOverTime latency_ms, latency_p50_ms, latency_p99_ms, jitter_ms, jitter_share, reset_share;
  Sample drawn_ns;    // latencies as drawn
  Sample held_ns;     // and how long their frames were held
  Sample stalled_ns;  // outages as drawn
  std::uint64_t resets = 0, resets_missed = 0, outages_missed = 0;
  std::uint64_t dropped = 0, duplicated = 0, corrupted = 0, reordered = 0;  // single frames
};

struct PhaseFacts {
  std::string name;                      // empty: outside of phases
  double seconds = 0;                    // in force
  double busy_seconds = 0;               // of these, in spans in which something was carried
  std::array<double, 4> bytes{};         // as in CarriedSeries
  std::array<AskedOverTime, 2> speed{};  // of all or up, and of down
  std::deque<RuleInPhase> rules = {};
};

class PhaseBook {
 public:
  static constexpr std::size_t kMostPhases = 64;
  static constexpr std::size_t kMostSpans = 65'536;
  static constexpr std::size_t kMostRules = 256;  // over all phases

  /// Something else is asked for; in the order of time.
  void take(const LoggedAsked& asked);
  /// What was carried is spread evenly over its span.
  void take(const LoggedCarried& carried);
  /// The log ends.
  void end(std::int64_t t_ns);

  /// What a rule did at an instant; null where the log does not tell of phases.
  [[nodiscard]] RuleInPhase* at(std::int64_t t_ns, const std::string& rule);

  /// When the phase ends that is in force at an instant; nothing where that is not told.
  [[nodiscard]] std::optional<std::int64_t> end_of_phase_at(std::int64_t t_ns) const;

  [[nodiscard]] const std::deque<PhaseFacts>& phases() const { return phases_; }

 private:
  struct Span {
    std::int64_t begins_ns = 0;
    std::size_t phase = 0;
  };

  [[nodiscard]] std::vector<Span>::const_iterator span_at(std::int64_t t_ns) const;
  [[nodiscard]] std::size_t number_of(const std::string& phase);
  RuleInPhase& rule_of(PhaseFacts& phase, const std::string& name);
  void settle(std::int64_t until_ns);

  std::deque<PhaseFacts> phases_;
  std::vector<Span> spans_;
  std::size_t rules_ = 0;
  std::optional<LoggedAsked> open_;  // in force since its instant
};

}  // namespace weir
