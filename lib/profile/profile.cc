#include "profile/profile.h"

#include <fmt/format.h>

#include <algorithm>

#include "profile/addresses.h"
#include "profile/inherit.h"
#include "profile/parse_impair.h"
#include "profile/parse_match.h"
#include "profile/parse_netem.h"
#include "profile/parse_root.h"
#include "profile/parse_speed.h"
#include "profile/phase_rules.h"
#include "profile/timeline.h"
#include "profile/units.h"

namespace weir {
namespace {

/// What counts exchanges needs HTTP, what sends RSTs needs TCP.
void require_fitting(const Match& match, const Section& impair, const Impairments& impairments) {
  const bool has_http = (match.traffic & traffic::kHttp) != 0;
  const bool by_exchange = impairments.latency && impairments.latency->per != LatencyRule::Per::kPacket;
  if (by_exchange && !has_http) {
    impair.refuse("latency",
                  "latency counts exchanges of HTTP, which protocol leaves out (packet has delay for others)");
  }
  const bool has_tcp = (match.traffic & traffic::kTcp) != 0;
  if (impairments.reset && !has_tcp) impair.refuse("reset", "reset cuts TCP connections, which protocol leaves out");
}

/// Adds what netem strings ask for, a rate only where there may be one.
void add_netem(const Section& impair, std::size_t rule, Impairments& impairments, std::optional<SpeedRule>* speed,
               NetemOrigins& origins) {
  const NetemStrings strings = parse_netem_strings(impair);
  for (const NetemString& string : strings.all) {
    if (!string.netem.packet) continue;
    origins.all.push_back({rule, impairments.packets.size(), string.said});
    impairments.packets.push_back(*string.netem.packet);
    impairments.packets.back().up = string.up;
    impairments.packets.back().down = string.down;
  }
  require_room_for_packets(impair, impairments);
  const auto netem_speed = netem_speed_of(impair, strings, speed != nullptr);
  if (!netem_speed) return;
  for (const NetemString& string : strings.all) {
    if (string.netem.rate) origins.all.push_back({rule, std::nullopt, string.said});
  }
  if (speed && !*speed) *speed = netem_speed;
}

Rule parse_rule(const Section& section, std::size_t number, NetemOrigins& origins) {
  Rule rule;
  section.require("name", "it stands in the decision log");
  section.take("name", rule.name, parse_word);
  if (rule.name == kDefaultRuleName) section.refuse("name", "name: \"default\" is the rule of [impair]");
  if (const auto match = section.section("match")) rule.match = parse_match(*match);
  if (const auto impair = section.section("impair")) {
    rule.impair = parse_impairments(*impair);
    rule.impair.own_rate = parse_own_rate(*impair);
    add_netem(*impair, number, rule.impair, nullptr, origins);
    require_fitting(rule.match, *impair, rule.impair);
  }
  return rule;
}

std::vector<Rule> parse_rules(const Section& root, NetemOrigins& origins) {
  std::vector<Rule> rules;
  for (const Section& section : root.sections("rule")) {
    Rule rule = parse_rule(section, rules.size() + 1, origins);
    const bool is_taken = !rule.name.empty() && std::ranges::find(rules, rule.name, &Rule::name) != rules.end();
    if (is_taken) section.refuse("name", fmt::format("name: two rules are called \"{}\"", rule.name));
    rules.push_back(std::move(rule));
  }
  const std::size_t most = Rules::kMostRules - (root.has("match") ? 1 : 0);
  if (rules.size() > most) root.refuse("rule", fmt::format("{} rules, {} are the most", rules.size(), most));
  return rules;
}

std::uint64_t parse_seed(std::string_view name, std::string_view text) {
  return parse_count(name, text, 0, UINT64_MAX);
}

}  // namespace

Profile parse_root(const Section& root) {
  Profile profile;
  root.take("name", profile.name, parse_word);
  root.take("description", profile.description,
            [](std::string_view /*name*/, std::string_view text) { return std::string(text); });
  root.take("seed", profile.seed, parse_seed);
  if (const auto match = root.section("match")) profile.match = parse_match(*match);
  if (const auto impair = root.section("impair")) {
    profile.impair = parse_impairments(*impair);
    const Speeds speeds = parse_speeds_of(*impair);
    profile.speed = speeds.budget;
    profile.impair.own_rate = speeds.own;
    add_netem(*impair, 0, profile.impair, &profile.speed, profile.netem);
    require_fitting(profile.match, *impair, profile.impair);
  }
  profile.rules = parse_rules(root, profile.netem);
  return profile;
}

namespace {

Profile parse(const Origin& origin) {
  Problems problems;
  const auto tree = read_tree(origin, problems);
  Profile profile;
  if (tree) profile = parse_root(Section(*tree, kProfileKeys, problems));
  if (tree) profile.timeline = parse_timeline(*tree, problems);
  problems.require_none();
  return profile;
}

}  // namespace

Profile load_profile(std::string_view file_or_preset) {
  return parse(find_profile(file_or_preset));
}

Profile parse_profile(std::string_view text, std::string_view called) {
  return parse({std::string(called), std::string(text), ""});
}

Rules compile(const Profile& profile) {
  Rules rules;
  rules.seed = profile.seed;
  rules.speed = profile.speed;
  rules.rules = profile.rules;
  if (profile.timeline) add_absent(profile.timeline->added, rules.rules);
  if (profile.match == Match()) {
    static_cast<Impairments&>(rules) = profile.impair;
  } else {
    rules.rules.push_back({std::string(kDefaultRuleName), profile.match, profile.impair});
    rules.limited = false;
  }
  return rules;
}

}  // namespace weir
