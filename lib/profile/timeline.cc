#include "profile/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/draw.h"
#include "profile/curve.h"
#include "profile/inherit.h"
#include "profile/limits.h"
#include "profile/parse_root.h"
#include "profile/phase_rules.h"
#include "profile/print_profile.h"
#include "profile/section.h"
#include "profile/spelling.h"
#include "profile/toml_reader.h"
#include "profile/trace_file.h"
#include "profile/tree.h"
#include "profile/units.h"
#include "profile/write_units.h"

namespace weir {
namespace {

constexpr Duration kLongest = seconds(std::int64_t{365} * 24 * 3600);
constexpr Duration kShortestStep = milliseconds(1);

Duration parse_point(std::string_view name, std::string_view text) {
  const Duration point = parse_duration(name, text);
  if (point > kLongest) throw UsageError(fmt::format("{}: \"{}\" is more than a year", name, text));
  return point;
}

Duration parse_stretch(std::string_view name, std::string_view text) {
  const Duration stretch = parse_point(name, text);
  require_some(name, text, stretch);
  return stretch;
}

Duration parse_step(std::string_view name, std::string_view text) {
  const Duration step = parse_hold(name, text);
  if (step < kShortestStep) throw UsageError(fmt::format("{}: \"{}\" is less than 1ms", name, text));
  return step;
}

/// "connection 100", "first packet".
void parse_when(const Section& section, TimelinePhase& phase) {
  const auto text = section.one("when", [](std::string_view, std::string_view word) { return std::string(word); });
  if (!text) return;
  constexpr std::string_view kConnection = "connection ";
  if (*text == "first packet") {
    phase.when = SceneClock::Event::kFrame;
    phase.count = 1;
  } else if (text->starts_with(kConnection)) {
    const auto count = section.attempt(
        "when", [&] { return parse_count("when", std::string_view(*text).substr(kConnection.size()), 1, UINT32_MAX); });
    phase.when = SceneClock::Event::kConnection;
    phase.count = count.value_or(1);
  } else {
    section.refuse("when", fmt::format("when: \"{}\" is no event: \"connection 100\" (when the 100th opens) or "
                                       "\"first packet\"",
                                       *text));
  }
}

std::uint64_t walk_key(std::uint64_t seed) {
  constexpr std::uint64_t kWalks = UINT64_MAX - 2;  // a place among the seed's draws that nothing else takes
  return draw_bits(seed, kWalks, 0);
}

/// Its impairments for one instant, as the tree of a whole profile.
Node tree_in(const Timeline& timeline, const TimelinePhase& phase, const CurveTime& time, Problems& problems) {
  Node tree = timeline.base;
  for (const Node& impair : phase.impair) {
    Node own;
    own.kind = Node::Kind::kTable;
    own.place = tree.place;
    put(own, "impair", with_values(impair, kImpairKeys, time, problems));
    tree = merge(std::move(tree), std::move(own));
  }
  lay_over_rules(tree, timeline.added, phase.rules, time, problems);
  return tree;
}

PhaseRule parse_phase_rule(const Section& section, const Node& node) {
  PhaseRule rule;
  if (section.require("name", "which rule of the profile is meant?")) {
    if (const Node* const name = node.find("name")) rule.name = *name;
  }
  if (const Node* const impair = node.find("impair")) rule.impair = *impair;
  rule.impair.kind = Node::Kind::kTable;
  const Node* const match = node.find("match");
  if (match && match->kind == Node::Kind::kTable) rule.match = *match;
  return rule;
}

TimelinePhase parse_phase(const Node& node, Problems& problems) {
  const Section section(node, kPhaseKeys, problems);
  TimelinePhase phase;
  phase.place = node.place;
  section.require("name", "it stands in the decision log");
  section.take("name", phase.name, [](std::string_view, std::string_view text) { return std::string(text); });
  phase.at = section.one("at", parse_point);
  phase.length = section.one("for", parse_stretch);
  parse_when(section, phase);
  section.take("repeat", phase.repeat, [](std::string_view name, std::string_view text) {
    return static_cast<std::uint32_t>(parse_count(name, text, 1, UINT32_MAX));
  });
  if (section.has("repeat") && !section.has("for")) section.refuse("repeat", "repeat needs for: how long is one turn?");
  if (section.has("at") && section.has("when")) section.refuse("when", "at and when are two beginnings: give one");
  const Node* const impair = node.find("impair");
  if (impair && impair->kind == Node::Kind::kTable) phase.impair.push_back(*impair);
  const Node* const rules = node.find("rule");
  if (rules && rules->kind == Node::Kind::kList) {
    for (const Node& rule : rules->items) {
      if (rule.kind != Node::Kind::kTable) continue;
      phase.rules.push_back(parse_phase_rule(Section(rule, kPhaseRuleKeys, problems), rule));
    }
  }
  phase.has_curves =
      std::ranges::any_of(phase.impair, has_curve) || std::ranges::any_of(phase.rules, has_curve, &PhaseRule::impair);
  return phase;
}

/// Where phases begin, one behind the other; faults are noted at the phase. Gives a phase that the next one ends its
/// length.
class Order {
 public:
  Order(Timeline& timeline, Problems& problems) : timeline_(timeline), problems_(problems) {}

  void check() {
    for (std::size_t i = 0; i < timeline_.phases.size(); ++i) check(i);
    const TimelinePhase& last = timeline_.phases.back();
    if (!timeline_.loop) return;
    if (!last.length) refuse(last, "loop needs an end: give the last phase a `for`");
    if (follows_event_) refuse(last, "loop: what begins with an event does not come again");
  }

 private:
  void refuse(const TimelinePhase& phase, std::string_view why) {
    problems_.add(phase.place, fmt::format("phase \"{}\": {}", phase.name, why));
  }

  void check(std::size_t i) {
    TimelinePhase& phase = timeline_.phases[i];
    if (phase.when != SceneClock::Event::kNone) {
      follows_event_ = true;
      end_ = Duration();
    } else if (follows_event_ && phase.at) {
      refuse(phase,
             "at counts from the start, and the phases before it wait for an event: leave it out, and it follows");
    } else if (open_ && !phase.at) {
      refuse(phase, fmt::format("\"{}\" before it has no end: give that one a `for`, or this one an `at`", before_));
    }
    if (phase.at && *phase.at < end_) {
      refuse(phase, fmt::format("it begins before \"{}\" has ended", before_));
    }
    const Duration begin = phase.at.value_or(end_);
    const bool has_next = i + 1 < timeline_.phases.size();
    const std::optional<Duration> next_at = has_next ? timeline_.phases[i + 1].at : std::nullopt;
    if (!phase.length && next_at && *next_at > begin) phase.length = *next_at - begin;
    open_ = !phase.length;
    const bool waits_in_vain = has_next && open_ && phase.has_curves;
    if (waits_in_vain) refuse(phase, "it changes all the time and another phase comes behind it: give it a `for`");
    const auto turns = static_cast<std::int64_t>(phase.repeat);
    end_ = begin + Duration(phase.length.value_or(Duration()).nanoseconds() * turns);
    before_ = phase.name;
  }

  Timeline& timeline_;
  Problems& problems_;
  Duration end_;
  std::string before_;
  bool open_ = false;           // the phase before has no end
  bool follows_event_ = false;  // the clock's zero is an event
};

/// Each phase as it is at its beginning, in its middle and at its end, and with all its curves at their least and at
/// their most: a period need not fit the phase. What is wrong in one hides nothing in the others.
void check_impairments(const Timeline& timeline, Problems& problems) {
  Problems own = problems.sources_alone();
  for (const TimelinePhase& phase : timeline.phases) {
    const Duration length = phase.length.value_or(seconds(1));
    std::vector<PhaseInstant> instants = {{.into = Duration()}};
    if (phase.has_curves) {
      for (const std::int64_t quarter : {1, 3, 4}) {
        instants.push_back({.into = Duration(length.nanoseconds() / 4 * quarter)});
      }
      for (const CurveBound bound : {CurveBound::kLowest, CurveBound::kHighest}) {
        instants.push_back({.into = Duration(), .bound = bound});
      }
    }
    for (const PhaseInstant& instant : instants) {
      if (own.none()) static_cast<void>(profile_in(timeline, phase, instant, own));
    }
    problems.take_from(own);
  }
}

void parse_clock(const Node& node, Timeline& timeline, Problems& problems) {
  const Section section(node, kTimelineKeys, problems);
  timeline.loop = section.flag("loop").value_or(false);
  section.take_word("starts", words::kTimelineStarts, timeline.starts);
  section.take("step", timeline.step, parse_step);
}

/// Whether all that it says of when it holds could be read; else its place among the others can't be judged.
bool says_when(const Node& node, const TimelinePhase& phase) {
  const bool waits = phase.when != SceneClock::Event::kNone;
  return (!node.find("at") || phase.at) && (!node.find("for") || phase.length) && (!node.find("when") || waits);
}

void parse_phases(const std::vector<Node>& nodes, Timeline& timeline, Problems& problems) {
  bool all_say_when = true;
  for (const Node& node : nodes) {
    TimelinePhase phase = parse_phase(node, problems);
    all_say_when = all_say_when && says_when(node, phase);
    if (node.find("for") && !phase.length) phase.length = seconds(1);  // any: its impairments are still looked at
    timeline.phases.push_back(std::move(phase));
  }
  if (all_say_when) Order(timeline, problems).check();
  note_added(timeline, problems);
}

/// The keys of [impair] that say what a row says.
Node impair_of(const TraceRow& row, const Place& place) {
  Node impair = table_node(place);
  if (row.rate) {
    Node speed = table_node(place);
    put(speed, "rate", text_node(std::to_string(std::max<std::uint64_t>(row.rate->bytes_per_second, 1)), place));
    put(impair, "speed", std::move(speed));
  }
  if (!row.delay && !row.loss) return impair;
  Node packet = table_node(place);
  if (row.delay.value_or(Duration()) > Duration()) put(packet, "delay", text_node(write_duration(*row.delay), place));
  if (row.loss.value_or(0) > 0) put(packet, "loss", text_node(write_decimal(*row.loss), place));
  Node packets = table_node(place);
  packets.kind = Node::Kind::kList;
  if (!packet.entries.empty()) packets.items.push_back(std::move(packet));
  put(impair, "packet", std::move(packets));
  return impair;
}

/// A phase without a name for each row.
std::shared_ptr<const Timeline> timeline_of_trace(const Node& tree, const Node& trace, Problems& problems) {
  const Section section(as_table(trace, "file"), kTraceKeys, problems);
  auto timeline = std::make_shared<Timeline>();
  timeline->base = tree;
  drop(timeline->base, "trace");
  timeline->trace = as_table(trace, "file");
  section.require("file", "which file has it?");
  section.take_word("at-end", words::kTraceEnd, timeline->loop);
  const auto rows = section.one("file", [&section](std::string_view name, std::string_view path) {
    return read_trace_rows(name, path, section.folder());
  });
  for (const TraceRow& row : rows.value_or(std::vector<TraceRow>())) {
    TimelinePhase phase;
    phase.place = trace.place;
    phase.at = row.at;
    phase.impair.push_back(impair_of(row, trace.place));
    phase.nothing_passes = row.rate == ByteRate{0};
    if (!timeline->phases.empty()) timeline->phases.back().length = row.at - *timeline->phases.back().at;
    timeline->phases.push_back(std::move(phase));
  }
  // Before it begins again the last row lasts as long as the one before it.
  const std::size_t count = timeline->phases.size();
  if (timeline->loop && count < 2)
    section.refuse("at-end", "at-end: a trace of one row never changes, nor comes again");
  if (timeline->loop && count >= 2) timeline->phases.back().length = timeline->phases[count - 2].length;
  if (problems.none()) check_impairments(*timeline, problems);
  timeline->sources = problems;
  return timeline;
}

}  // namespace

Profile profile_in(const Timeline& timeline, const TimelinePhase& phase, const PhaseInstant& instant,
                   Problems& problems) {
  const CurveTime time{.into = instant.into,
                       .length = phase.length,
                       .draw_key = walk_key(instant.seed),
                       .turn = instant.turn,
                       .bound = instant.bound};
  const Node tree = tree_in(timeline, phase, time, problems);
  if (!problems.none()) return {};
  Profile profile = parse_root(Section(tree, kProfileKeys, problems));
  if (problems.none()) add_absent(timeline.added, profile.rules);
  if (phase.nothing_passes && profile.speed) profile.speed->min = profile.speed->max = ByteRate{0};
  return profile;
}

Profile profile_in(const Timeline& timeline, const TimelinePhase& phase, const PhaseInstant& instant) {
  Problems problems = timeline.sources;
  Profile profile = profile_in(timeline, phase, instant, problems);
  problems.require_none();
  return profile;
}

std::shared_ptr<const Timeline> parse_timeline(const Node& tree, Problems& problems) {
  const Node* const phases = tree.find("phase");
  const Node* const clock = tree.find("timeline");
  const Node* const trace = tree.find("trace");
  const bool has_trace = trace && trace->kind != Node::Kind::kBoolean;
  if (has_trace && (phases || clock)) {
    problems.add(trace->place, "trace: a profile changes by its phases or by a trace, not by both");
    return nullptr;
  }
  if (has_trace) return timeline_of_trace(tree, *trace, problems);
  if (!phases || phases->items.empty()) {
    if (clock) problems.add(clock->place, "[timeline] without [[phase]]: nothing would ever change");
    return nullptr;
  }
  auto timeline = std::make_shared<Timeline>();
  timeline->base = tree;
  for (const std::string_view key : {"phase", "timeline"}) drop(timeline->base, key);
  if (clock) parse_clock(*clock, *timeline, problems);
  parse_phases(phases->items, *timeline, problems);
  check_impairments(*timeline, problems);
  timeline->sources = problems;
  return timeline;
}

std::shared_ptr<const Timeline> overridden(const Timeline& timeline, const Profile& flags) {
  auto own = std::make_shared<Timeline>(timeline);
  const std::string text = print_profile(flags);
  Problems& problems = own->sources;
  const std::uint32_t source = problems.add_source("the flags", text);
  const std::optional<Node> tree = read_toml(text, source, problems);
  const Node* const impair = tree ? tree->find("impair") : nullptr;
  if (!impair) return own;
  Node base_impair;
  base_impair.kind = Node::Kind::kTable;
  if (const Node* const there = own->base.find("impair")) base_impair = *there;
  for (const Entry& entry : impair->entries) {
    put(base_impair, entry.name, entry.value);
    for (TimelinePhase& phase : own->phases) {
      for (Node& over : phase.impair) drop(over, entry.name);
    }
  }
  put(own->base, "impair", std::move(base_impair));
  return own;
}

}  // namespace weir
