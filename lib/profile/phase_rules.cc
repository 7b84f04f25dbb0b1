#include "profile/phase_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "profile/inherit.h"
#include "profile/spelling.h"
#include "profile/timeline.h"
#include "profile/tree.h"

namespace weir {
namespace {

std::vector<std::string> names_of_rules(const Node& profile) {
  std::vector<std::string> names;
  const Node* const rules = profile.find("rule");
  if (!rules) return names;
  for (const Node& rule : rules->items) {
    if (const Node* const name = rule.find("name")) names.push_back(name->text);
  }
  return names;
}

/// The rule of a profile that a phase's rule means.
Node* rule_called(Node& profile, std::string_view name) {
  Node* const rules = find_in(profile, "rule");
  if (!rules) return nullptr;
  const auto found = std::ranges::find_if(rules->items, [name](const Node& rule) {
    const Node* const called = rule.find("name");
    return called && called->text == name;
  });
  return found == rules->items.end() ? nullptr : &*found;
}

void lay_over_rule(Node& profile, const PhaseRule& own, Node impair, Problems& problems) {
  Node* const rule = rule_called(profile, own.name.text);
  if (!rule) {
    const std::vector<std::string> names = names_of_rules(profile);
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::string hint = did_you_mean(own.name.text, known);
    problems.add(own.name.place, fmt::format("name: the profile has no rule \"{}\"{}", own.name.text,
                                             hint.empty() ? "; with a match it is one of this phase" : hint));
    return;
  }
  Node* const before = find_in(*rule, "impair");
  put(*rule, "impair", before ? merge_section(std::move(*before), std::move(impair), kRuleImpairKeys) : impair);
}

/// Before the rules of the profile and behind those that the phase has added so far.
void add_rule(Node& profile, std::size_t place, const PhaseRule& own, Node impair) {
  Node rule = table_node(own.name.place);
  put(rule, "name", own.name);
  put(rule, "match", *own.match);
  put(rule, "impair", std::move(impair));
  if (!find_in(profile, "rule")) {
    Node none = table_node(rule.place);
    none.kind = Node::Kind::kList;
    put(profile, "rule", std::move(none));
  }
  auto& rules = find_in(profile, "rule")->items;
  rules.insert(rules.begin() + static_cast<std::ptrdiff_t>(place), std::move(rule));
}

}  // namespace

void lay_over_rules(Node& profile, const std::vector<std::string>& added, const std::vector<PhaseRule>& own,
                    const CurveTime& time, Problems& problems) {
  std::size_t place = 0;
  for (const std::string& name : added) {
    for (const PhaseRule& rule : own) {
      if (!rule.match || rule.name.text != name) continue;
      add_rule(profile, place++, rule, with_values(rule.impair, kRuleImpairKeys, time, problems));
    }
  }
  for (const PhaseRule& rule : own) {
    if (rule.match) continue;
    lay_over_rule(profile, rule, with_values(rule.impair, kRuleImpairKeys, time, problems), problems);
  }
}

void note_added(Timeline& timeline, Problems& problems) {
  const std::vector<std::string> known = names_of_rules(timeline.base);
  for (const TimelinePhase& phase : timeline.phases) {
    for (const PhaseRule& rule : phase.rules) {
      if (!rule.match) continue;
      const std::string& name = rule.name.text;
      if (std::ranges::find(known, name) != known.end()) {
        problems.add(rule.match->place,
                     fmt::format("match: \"{}\" is a rule of the profile, and what that takes stays: "
                                 "give this one a name of its own",
                                 name));
      } else if (std::ranges::find(timeline.added, name) == timeline.added.end()) {
        timeline.added.push_back(name);
      }
    }
  }
  const std::size_t most = Rules::kMostRules - (timeline.base.find("match") ? 1 : 0);
  const std::size_t count = known.size() + timeline.added.size();
  if (!timeline.added.empty() && count > most) {
    problems.add(timeline.phases.front().place,
                 fmt::format("{} rules with those of phases, {} are the most", count, most));
  }
}

bool is_absent(const Rule& rule) {
  return rule.match.traffic == 0;
}

void add_absent(const std::vector<std::string>& added, std::vector<Rule>& rules) {
  for (std::size_t place = 0; place < added.size(); ++place) {
    if (place < rules.size() && rules[place].name == added[place]) continue;
    Rule absent{.name = added[place], .match = {}, .impair = {}};
    absent.match.traffic = 0;
    absent.match.share = 0;  // known with the first frame: it holds up nobody behind it
    rules.insert(rules.begin() + static_cast<std::ptrdiff_t>(place), std::move(absent));
  }
}

}  // namespace weir
