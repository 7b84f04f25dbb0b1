#include "engine/duties.h"

#include <algorithm>

namespace weir {
namespace {

std::uint8_t duties_of(const Impairments& impair, bool has_budget) {
  const bool by_packet = impair.latency && impair.latency->per == LatencyRule::Per::kPacket;
  unsigned duties = 0;
  if (has_budget && impair.limited) duties |= duty::kLimit;
  if (impair.own_rate) duties |= duty::kOwnRate;
  if (!impair.packets.empty() || by_packet) duties |= duty::kPackets;
  if (impair.jitter) {
    duties |= duty::kJitter;
    if (impair.jitter->per == JitterRule::Per::kSecond) duties |= duty::kSeconds;
    if (impair.jitter->per == JitterRule::Per::kPacket) duties |= duty::kData;
  }
  if (impair.latency || impair.reset) duties |= duty::kExchange;
  return static_cast<std::uint8_t>(duties);
}

bool strikes_link(const Impairments& impair) {
  return impair.jitter && impair.jitter->scope == JitterRule::Scope::kLink;
}

}  // namespace

Duties::Duties(const Rules& rules) {
  const bool any_strikes_link = strikes_link(rules) || std::ranges::any_of(rules.rules, strikes_link, &Rule::impair);
  if (any_strikes_link) by_rule_.fill(duty::kLink);
  by_rule_[kDefaultRule] |= duties_of(rules, rules.speed.has_value());
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    by_rule_[i + 1] |= duties_of(rules.rules[i].impair, rules.speed.has_value());
  }
}

std::uint64_t Duties::idle(const Rules& rules) {
  const Duties duties(rules);
  std::uint64_t idle = 0;
  for (std::size_t number = 0; number <= rules.rules.size(); ++number) {
    if (duties.of(static_cast<std::uint8_t>(number)) == 0) idle |= std::uint64_t{1} << number;
  }
  return idle;
}

}  // namespace weir
