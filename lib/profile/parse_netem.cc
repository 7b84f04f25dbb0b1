#include "profile/parse_netem.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "profile/toml_text.h"

namespace weir {
namespace {

/// A full frame of Ethernet, by which netem's limit of packets becomes bytes.
constexpr std::uint64_t kFullFrame = 1'514;

std::optional<NetemString> parse_one(const Section& section, std::string_view key, std::string_view called) {
  const auto netem = section.one(
      key, [&](std::string_view /*name*/, std::string_view text) { return parse_netem(text, section.folder()); });
  const auto text =
      section.one(key, [](std::string_view /*name*/, std::string_view same) { return std::string(same); });
  if (!netem || !text) return std::nullopt;
  const bool limits_nothing = netem->limit && !netem->rate;
  return NetemString{*netem, key != "down", key != "up",
                     fmt::format("{} = {}{}", called, quoted(*text),
                                 limits_nothing ? "   (limit: without a rate, the room is weir's own)" : "")};
}

bool same_way(const NetemStrings& strings) {
  const auto& all = strings.all;
  return all.size() < 2 || !all[0].netem.rate || !all[1].netem.rate ||
         (all[0].netem.rate->account == all[1].netem.rate->account &&
          all[0].netem.rate->cost == all[1].netem.rate->cost);
}

/// The directions of the strings, as `direction` says it.
SpeedRule::Direction direction_of(bool up, bool down) {
  using Direction = SpeedRule::Direction;
  if (up && down) return Direction::kEach;
  return up ? Direction::kUp : Direction::kDown;
}

void add_rate(const NetemString& string, bool is_first, SpeedRule& rule) {
  const ByteRate rate = string.netem.rate->rate;
  if (is_first) {
    rule.min = rule.max = rate;
    rule.account = string.netem.rate->account;
    rule.cost = string.netem.rate->cost;
    rule.direction = direction_of(string.up, string.down);
  } else {
    rule.direction = SpeedRule::Direction::kEach;
    if (rate != rule.min) rule.down = RateRange{rate, rate};
  }
  rule.queue = Duration();
  rule.queue_at_least = std::max(rule.queue_at_least, string.netem.limit.value_or(kNetemLimit) * kFullFrame);
}

}  // namespace

NetemStrings parse_netem_strings(const Section& impair) {
  NetemStrings strings;
  const auto section = impair.section("netem");
  if (!section) return strings;
  if (section->has("both") && (section->has("up") || section->has("down"))) {
    section->refuse("both", "both stands beside up or down: netem = { up = \"...\", down = \"...\" }");
  }
  if (const auto both = parse_one(*section, "both", "netem")) strings.all.push_back(*both);
  if (const auto up = parse_one(*section, "up", "netem.up")) strings.all.push_back(*up);
  if (const auto down = parse_one(*section, "down", "netem.down")) strings.all.push_back(*down);
  return strings;
}

std::optional<SpeedRule> netem_speed_of(const Section& impair, const NetemStrings& strings, bool may_limit) {
  std::optional<SpeedRule> rule;
  for (const NetemString& string : strings.all) {
    if (!string.netem.rate) continue;
    if (!rule) {
      rule.emplace();
      rule->queue_at_least = 0;
    }
    add_rate(string, rule->min == ByteRate(), *rule);
  }
  if (!rule) return rule;
  if (!may_limit) {
    impair.refuse("netem", "netem: the rate is one budget, which only [impair] has; a rule takes no rate");
  } else if (impair.has("speed")) {
    impair.refuse("netem", "netem: its rate and speed are two rates for the same traffic: give one of them");
  }
  if (!same_way(strings)) impair.refuse("netem", "netem: both rates need the same PACKETOVERHEAD and cells");
  return rule;
}

void require_room_for_packets(const Section& impair, const Impairments& impairments) {
  const std::size_t count = impairments.packets.size();
  if (count <= kMostPacketRules) return;
  impair.refuse(impair.has("packet") ? "packet" : "netem",
                fmt::format("{} packet rules; a rule has {} at most", count, kMostPacketRules));
}

}  // namespace weir
