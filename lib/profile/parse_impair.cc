#include "profile/parse_impair.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "profile/distribution.h"
#include "profile/limits.h"
#include "profile/ranges.h"
#include "profile/trace_file.h"
#include "profile/units.h"

namespace weir {
namespace {

LatencyRule parse_latency(const Section& section) {
  LatencyRule rule;
  section.require("delay", "how long is the first byte held?");
  if (const auto law = parse_law(section, "delay")) rule.hold = *law;
  section.take_word("per", words::kLatencyPer, rule.per);
  section.take_word("hold", words::kLatencyHold, rule.holds);
  const bool holds_nothing = rule.per == LatencyRule::Per::kPacket && section.has("hold");
  if (holds_nothing) section.refuse("hold", "per = \"packet\" holds every frame, not a request or a response");
  return rule;
}

JitterRule parse_jitter(const Section& section) {
  JitterRule rule;
  section.require("prob", "how likely is an outage?");
  section.require("length", "how long is an outage?");
  section.take("prob", rule.share, parse_probability);
  rule.probability = Probability(rule.share);
  if (const auto law = parse_law(section, "length")) rule.stall = *law;
  section.take_word("mode", words::kJitterMode, rule.mode);
  section.take_word("scope", words::kJitterScope, rule.scope);
  section.take_word("per", words::kJitterPer, rule.per);
  if (rule.scope == JitterRule::Scope::kLink && rule.per != JitterRule::Per::kSecond) {
    section.refuse("per", "a whole link stalls by the second: scope = \"link\" needs per = \"second\"");
  }
  return rule;
}

/// Bytes or time: a time's unit ends in s, and a size's never does.
void parse_after(const Section& section, ResetRule& rule) {
  if (!section.has("after")) return;
  const auto is_time = section.one(
      "after", [](std::string_view /*name*/, std::string_view text) { return !text.empty() && text.back() == 's'; });
  if (!is_time) return;
  if (*is_time) {
    rule.after_time = parse_law(section, "after");
    return;
  }
  for (const std::string_view key : {"distribution", "within"}) {
    if (section.has(key)) section.refuse(key, fmt::format("{} is for times; bytes are drawn evenly", key));
  }
  const auto sizes = section.one("after", parse_sizes);
  if (!sizes) return;
  rule.after_bytes_min = sizes->min;
  rule.after_bytes_max = sizes->max;
}

void require_fitting(const Section& section, const ResetRule& rule) {
  const bool in_body = rule.at == ResetRule::At::kBody;
  if (in_body) section.require("after", "after how many bytes, or how long, is the body cut?");
  if (!in_body && section.has("after")) section.refuse("after", "after needs at = \"body\"");
  if (rule.how == ResetRule::How::kRefuse && rule.at != ResetRule::At::kConnect) {
    section.refuse("how", "how = \"refuse\" answers a SYN: it needs at = \"connect\"");
  }
}

ResetRule parse_reset(const Section& section) {
  ResetRule rule;
  rule.share = 1;
  section.take("prob", rule.share, parse_probability);
  rule.probability = Probability(rule.share);
  section.take_word("at", words::kResetAt, rule.at);
  section.take_word("how", words::kResetHow, rule.how);
  section.take_word("per", words::kResetPer, rule.per);
  parse_after(section, rule);
  require_fitting(section, rule);
  return rule;
}

/// More than nothing.
Duration parse_period(std::string_view name, std::string_view text) {
  const Duration period = parse_hold(name, text);
  if (period == Duration()) throw UsageError(fmt::format("{}: \"{}\" is no time at all", name, text));
  return period;
}

RateTrace parse_trace(const Section& section, std::string_view key) {
  const auto trace = section.one(key, [&section](std::string_view name, std::string_view path) {
    return read_deliveries(name, path, section.folder());
  });
  return trace ? RateTrace{*trace} : RateTrace();
}

/// What one direction has: a rate, or a trace and its mean.
std::optional<RateRange> parse_one_direction(const Section& section, std::string_view key, std::string_view trace_key,
                                             RateTrace& trace) {
  if (!section.has(trace_key)) return section.one(key, parse_speeds);
  if (section.has(key)) section.refuse(key, fmt::format("{} and {} are two rates: give one", key, trace_key));
  trace = parse_trace(section, trace_key);
  if (!trace) return std::nullopt;
  return RateRange{trace.deliveries->mean(), trace.deliveries->mean()};
}

void parse_both_directions(const Section& section, SpeedRule& rule) {
  const auto set = [&rule](const std::optional<RateRange>& range) {
    if (!range) return;
    rule.min = range->min;
    rule.max = range->max;
  };
  set(parse_one_direction(section, "rate", "trace", rule.trace));
  section.take_word("direction", words::kSpeedDirection, rule.direction);
}

/// One rate for up, one for down, or only one of them.
void parse_each_direction(const Section& section, SpeedRule& rule) {
  using Direction = SpeedRule::Direction;
  for (const std::string_view key : {"rate", "trace", "direction"}) {
    if (section.has(key)) section.refuse(key, fmt::format("{} stands beside up or down, which say it already", key));
  }
  RateTrace down_trace;
  const auto up = parse_one_direction(section, "up", "up-trace", rule.trace);
  const auto down = parse_one_direction(section, "down", "down-trace", down_trace);
  if (!up && !down) return;
  const RateRange first = up ? *up : *down;
  rule.min = first.min;
  rule.max = first.max;
  rule.direction = up && down ? Direction::kEach : up ? Direction::kUp : Direction::kDown;
  if (!up) rule.trace = down_trace;
  const bool differ = up && down && (*up != *down || rule.trace != down_trace);
  if (!differ) return;
  rule.down = *down;
  rule.down_trace = down_trace;
}

SpeedRule parse_speed_section(const Section& section) {
  SpeedRule rule;
  const bool by_direction =
      section.has("up") || section.has("down") || section.has("up-trace") || section.has("down-trace");
  if (!by_direction && !section.has("trace")) section.require("rate", "how fast?");
  if (by_direction) {
    parse_each_direction(section, rule);
  } else {
    parse_both_directions(section, rule);
  }
  section.take("every", rule.every, parse_period);
  section.take("queue", rule.queue, parse_hold);
  section.take("queue-at-least", rule.queue_at_least, parse_byte_size);
  section.take_word("account", words::kAccount, rule.account);
  return rule;
}

}  // namespace

std::optional<DurationLaw> parse_law(const Section& section, std::string_view key) {
  const auto lengths = section.one(key, parse_lengths);
  const auto within = section.one("within", parse_lengths);
  Distribution distribution;
  bool is_known = true;
  if (section.has("distribution")) {
    const auto found = section.one("distribution", [&section](std::string_view name, std::string_view text) {
      return choose_distribution(name, text, section.folder());
    });
    is_known = found.has_value();
    distribution = found.value_or(Distribution());
  }
  const bool has_bounds = !section.has("within") || within;
  if (!lengths || !is_known || !has_bounds) return std::nullopt;
  return section.attempt(key, [&] { return make_law(key, *lengths, distribution, within); });
}

Impairments parse_impairments(const Section& impair) {
  Impairments all;
  if (const auto latency = impair.section("latency")) all.latency = parse_latency(*latency);
  if (const auto jitter = impair.section("jitter")) all.jitter = parse_jitter(*jitter);
  if (const auto reset = impair.section("reset")) all.reset = parse_reset(*reset);
  for (const Section& packet : impair.sections("packet")) all.packets.push_back(parse_packet_rule(packet));
  if (all.packets.size() > kMostPacketRules) {
    impair.refuse("packet",
                  fmt::format("{} packet rules; a rule has {} at most", all.packets.size(), kMostPacketRules));
  }
  all.limited = impair.flag("limited").value_or(true);
  return all;
}

std::optional<SpeedRule> parse_speed_rule(const Section& impair) {
  const auto speed = impair.section("speed");
  return speed ? std::optional(parse_speed_section(*speed)) : std::nullopt;
}

}  // namespace weir
