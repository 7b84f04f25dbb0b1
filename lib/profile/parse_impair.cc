#include "profile/parse_impair.h"

#include <fmt/format.h>

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
  all.limited = impair.flag("limited").value_or(true);
  return all;
}

}  // namespace weir
