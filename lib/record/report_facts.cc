#include "record/report_facts.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t kUnknownEvent = kReportedEvents.size();
constexpr std::string_view kOtherRules = "(further rules)";

std::size_t place_of(std::string_view event) {
  return static_cast<std::size_t>(std::ranges::find(kReportedEvents, event) - kReportedEvents.begin());
}

std::uint64_t nanoseconds_of(double milliseconds) {
  constexpr double kMost = 9e18;
  return static_cast<std::uint64_t>(std::llround(std::clamp(milliseconds * 1e6, 0.0, kMost)));
}

// A frame may carry several decisions, whose lines follow each other: it is late against the last of their due times.
struct FrameInQuestion {
  LoggedEvent first;
  std::int64_t due_ns = 0;

  [[nodiscard]] bool is_of(const LoggedEvent& event) const {
    return first.t_ns == event.t_ns && first.done_ns == event.done_ns && first.link == event.link &&
           first.k == event.k && first.flow == event.flow;
  }
};

/// Lines that are no decisions.
constexpr std::array<std::string_view, 3> kChronicle = {"asked", "carried", "missed"};

/// Reads ahead what was asked for; false of what can be read only once.
bool read_asked(const std::string& path, PhaseBook& into) {
  std::error_code not_there;
  if (!std::filesystem::is_regular_file(path, not_there)) return false;
  LogReader lines(path);
  std::string line;
  while (lines.next(line)) {
    const auto asked = may_tell_asked(line) ? parse_asked(line) : std::nullopt;
    if (asked) into.take(*asked);
  }
  return true;
}

class Summing {
 public:
  explicit Summing(const std::string& path) : lines_(path) { facts_.path = path; }

  ReportFacts read() {
    knows_what_was_asked_ = read_asked(facts_.path, facts_.by_phase);
    std::string line;
    LoggedEvent event;
    while (lines_.next(line)) {
      if (parse_logged(line, event) && (take_chronicle(event, line) || take(event))) continue;
      if (!lines_.is_cut_off() || lines_.number() == 1) lines_.refuse();
      facts_.cut_off = true;
    }
    settle_frame();
    facts_.by_phase.end(facts_.last_ns);
    return std::move(facts_);
  }

 private:
  // Of what is no decision. False if it is one, and if it can't be read.
  bool take_chronicle(const LoggedEvent& event, const std::string& line) {
    const auto take_if = [](const auto& told, const auto& take) {
      if (told) take(*told);
      return told.has_value();
    };
    const bool is_read =
        (event.event == "asked" && take_if(parse_asked(line), [&](const auto& asked) { take_asked(asked); })) ||
        (event.event == "carried" && take_if(parse_carried(line), [&](const auto& span) { take_carried(span); })) ||
        (event.event == "missed" &&
         take_if(parse_missed(line), [&](const auto& missed) { take_missed(event, missed); }));
    if (is_read) facts_.last_ns = std::max(facts_.last_ns, event.t_ns);
    return is_read;
  }

  void take_asked(const LoggedAsked& asked) {
    if (!knows_what_was_asked_) facts_.by_phase.take(asked);
    const std::array<std::optional<AskedRange>, 2> speeds = {asked.asked.speed, asked.asked.speed_down};
    for (std::size_t limiter = 0; limiter < speeds.size(); ++limiter) {
      RateSeries& rates = facts_.asked_rates[limiter];
      if (!speeds[limiter]) {
        rates.add_none(asked.t_ns);
      } else if (speeds[limiter]->min == speeds[limiter]->max) {  // else its draws tell
        rates.add(asked.t_ns, speeds[limiter]->min);
      }
    }
  }

  void take_carried(const LoggedCarried& carried) {
    facts_.by_phase.take(carried);
    facts_.carried.add(
        {carried.since_ns,
         carried.until_ns,
         {carried.up_bytes, carried.down_bytes, carried.limited[0].value_or(0), carried.limited[1].value_or(0)}});
  }

  void take_missed(const LoggedEvent& event, const LoggedMissed& missed) {
    const std::size_t place = place_of(missed.of);
    if (place == kUnknownEvent) return;
    facts_.events[place].missed += missed.count;
    rule_of(event).events[place].missed += missed.count;
    add_missed_in_phase(event, missed.of, missed.count);
  }

  void add_missed_in_phase(const LoggedEvent& event, std::string_view of, std::uint64_t count) {
    RuleInPhase* const rule = facts_.by_phase.at(event.t_ns, event.rule);
    if (rule == nullptr) return;
    if (of == "reset") rule->resets_missed += count;
    if (of == "jitter") rule->outages_missed += count;
  }

  void take_struck_in_phase(const LoggedEvent& event) {
    RuleInPhase* const rule = facts_.by_phase.at(event.t_ns, event.rule);
    if (rule == nullptr) return;
    if (event.event == "reset") ++rule->resets;
    if (event.event == "drop") ++rule->dropped;
    if (event.event == "duplicate") ++rule->duplicated;
    if (event.event == "corrupt") ++rule->corrupted;
    if (event.event == "reorder") ++rule->reordered;
    if (event.event == "jitter" && event.drawn) rule->stalled_ns.add(nanoseconds_of(*event.drawn));
    if (event.event != "latency") return;
    if (event.drawn) rule->drawn_ns.add(nanoseconds_of(*event.drawn));
    if (event.done_ns) rule->held_ns.add(held_ns_of(event));
  }

  static std::uint64_t held_ns_of(const LoggedEvent& event) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(*event.done_ns - event.t_ns, 0));
  }

  bool take(const LoggedEvent& event) {
    if (std::ranges::find(kChronicle, event.event) != kChronicle.end()) return false;
    count_decision(event);
    return true;
  }

  void count_decision(const LoggedEvent& event) {
    ++facts_.decisions;
    facts_.first_ns = std::min(facts_.first_ns.value_or(event.t_ns), event.t_ns);
    facts_.last_ns = std::max({facts_.last_ns, event.t_ns, event.done_ns.value_or(0)});
    const std::size_t place = place_of(event.event);
    if (place == kUnknownEvent) return take_unknown(event);
    count(facts_.events[place], event);
    if (event.event == "phase") return take_phase(event);
    if (event.event == "rate") return take_rate(event);
    RuleFacts& rule = rule_of(event);
    count(rule.events[place], event);
    if (event.hit) {
      take_struck(event, rule);
      take_struck_in_phase(event);
    } else {
      add_missed_in_phase(event, event.event, 1);
    }
    take_frame(event);
  }

  static void count(EventCount& count, const LoggedEvent& event) { ++(event.hit ? count.struck : count.missed); }

  void take_struck(const LoggedEvent& event, RuleFacts& rule) {
    if (event.event == "latency") return take_latency(event, rule);
    if (event.event == "jitter") {
      facts_.timeline.add(event.t_ns, EventBars::Lane::kOutage);
      if (event.drawn) rule.stalled_ns.add(nanoseconds_of(*event.drawn));
    }
    if (event.event == "reset") facts_.timeline.add(event.t_ns, EventBars::Lane::kReset);
    if (event.event == "drop") facts_.timeline.add(event.t_ns, EventBars::Lane::kDrop);
  }

  static void take_latency(const LoggedEvent& event, RuleFacts& rule) {
    if (event.drawn) rule.drawn_ns.add(nanoseconds_of(*event.drawn));
    if (event.abandoned) ++rule.abandoned;
    if (event.done_ns) rule.held_ns.add(held_ns_of(event));
  }

  void take_unknown(const LoggedEvent& event) {
    const bool fits = facts_.unknown.size() < ReportFacts::kMostUnknown || facts_.unknown.contains(event.event);
    fits ? ++facts_.unknown[event.event] : ++facts_.more_unknown;
  }

  void take_phase(const LoggedEvent& event) {
    if (facts_.phases.size() == ReportFacts::kMostPhases) {
      ++facts_.more_phases;
      return;
    }
    facts_.phases.push_back({event.t_ns, event.phase});
  }

  // Two limiters are redrawn in the same turn, that of the way up first; nothing else tells their lines apart.
  void take_rate(const LoggedEvent& event) {
    const std::size_t limiter = last_rate_at_ == event.t_ns ? 1 : 0;
    last_rate_at_ = event.t_ns;
    if (!event.drawn) return;
    facts_.rates[limiter].add(event.t_ns, *event.drawn);
    facts_.asked_rates[limiter].add(event.t_ns, *event.drawn);
  }

  RuleFacts& rule_of(const LoggedEvent& event) {
    for (RuleFacts& rule : facts_.rules) {
      if (rule.name == event.rule) return rule;
    }
    if (facts_.rules.size() > ReportFacts::kMostRules) return facts_.rules.back();
    RuleFacts& fresh = facts_.rules.emplace_back();
    fresh.name = facts_.rules.size() > ReportFacts::kMostRules ? kOtherRules : event.rule;
    return fresh;
  }

  void take_frame(const LoggedEvent& event) {
    if (event.due_ns && !event.done_ns && !event.abandoned) ++facts_.unfinished;
    if (!event.due_ns || !event.done_ns) return;
    if (frame_ && frame_->is_of(event)) {
      frame_->due_ns = std::max(frame_->due_ns, *event.due_ns);
      return;
    }
    settle_frame();
    frame_ = FrameInQuestion{event, *event.due_ns};
  }

  void settle_frame() {
    if (!frame_) return;
    const std::int64_t lateness = *frame_->first.done_ns - frame_->due_ns;
    if (lateness < 0) ++facts_.early;
    facts_.lateness_ns.add(static_cast<std::uint64_t>(std::max<std::int64_t>(lateness, 0)));
    frame_.reset();
  }

  LogReader lines_;
  ReportFacts facts_;
  std::optional<FrameInQuestion> frame_;
  std::optional<std::int64_t> last_rate_at_;
  bool knows_what_was_asked_ = false;  // all of it, from a reading before
};

}  // namespace

const EventCount& ReportFacts::of(std::string_view event) const {
  return events[place_of(event)];
}

ReportFacts read_report_facts(const std::string& path) {
  return Summing(path).read();
}

}  // namespace weir
