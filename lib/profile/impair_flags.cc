#include "profile/impair_flags.h"

#include <fmt/format.h>

#include <string_view>

#include "profile/errors.h"
#include "profile/limits.h"
#include "profile/timeline.h"
#include "profile/units.h"

namespace weir {
namespace {

using Text = ImpairFlags::Text;

/// One end of a range: what the flag is called and what stood behind it.
struct Bound {
  std::string_view name;
  const Text& text;
};

template <typename Value>
struct Range {
  Value min;
  Value max;
};

/// Reads a range of which at least one bound is given; the other one is the same then.
template <typename Parse>
auto read_range(const Bound& min, const Bound& max, Parse parse) {
  const Bound& low = min.text ? min : max;
  const Bound& high = max.text ? max : min;
  const Range<decltype(parse(low.name, *low.text))> range{parse(low.name, *low.text), parse(high.name, *high.text)};
  if (range.min > range.max) {
    throw UsageError(fmt::format("{} {} is more than {} {}", low.name, *low.text, high.name, *high.text));
  }
  return range;
}

/// A flag for the single value and one for a bound say different things about the same impairment.
void require_no_contradiction(const Bound& single, const Bound& min, const Bound& max) {
  if (!single.text || (!min.text && !max.text)) return;
  const Bound& bound = min.text ? min : max;
  throw UsageError(fmt::format("{} and {} contradict each other: give one value, or a range", single.name, bound.name));
}

DurationLaw to_durations(const Range<Duration>& range) {
  DurationLaw law;
  law.min = range.min;
  law.max = range.max;
  return law;
}

std::optional<LatencyRule> compile_latency(const ImpairFlags& flags) {
  const Bound single{"--latency", flags.latency};
  const Bound min{"--latency-min", flags.latency_min};
  const Bound max{"--latency-max", flags.latency_max};
  require_no_contradiction(single, min, max);
  if (single.text) return LatencyRule{to_durations(read_range(single, single, parse_hold))};
  if (!min.text && !max.text) return std::nullopt;
  return LatencyRule{to_durations(read_range(min, max, parse_hold))};
}

std::optional<SpeedRule> compile_speed(const ImpairFlags& flags) {
  const Bound single{"--speed", flags.speed};
  const Bound min{"--speed-min", flags.speed_min};
  const Bound max{"--speed-max", flags.speed_max};
  require_no_contradiction(single, min, max);
  if (!single.text && !min.text && !max.text) return std::nullopt;
  const auto range = single.text ? read_range(single, single, parse_speed) : read_range(min, max, parse_speed);
  SpeedRule rule;
  rule.min = range.min;
  rule.max = range.max;
  return rule;
}

std::optional<JitterRule> compile_jitter(const ImpairFlags& flags) {
  const Bound min{"--jitter-min", flags.jitter_min};
  const Bound max{"--jitter-max", flags.jitter_max};
  const bool has_length = min.text || max.text;
  if (!flags.jitter_prob && !has_length) return std::nullopt;
  if (!flags.jitter_prob) {
    throw UsageError(fmt::format("{} needs --jitter-prob: how likely is an outage?", min.text ? min.name : max.name));
  }
  const double share = parse_probability("--jitter-prob", *flags.jitter_prob);
  if (!has_length) throw UsageError("--jitter-prob needs --jitter-min or --jitter-max: how long is an outage?");
  JitterRule rule;
  rule.share = share;
  rule.probability = Probability(share);
  rule.stall = to_durations(read_range(min, max, parse_hold));
  return rule;
}

std::optional<ResetRule> compile_reset(const ImpairFlags& flags) {
  if (!flags.reset_enable && !flags.reset_prob) return std::nullopt;
  const double share = flags.reset_prob ? parse_probability("--reset-prob", *flags.reset_prob) : 1.0;
  return ResetRule{share, Probability(share)};
}

}  // namespace

Rules compile(const ImpairFlags& flags, std::uint64_t seed) {
  Rules rules;
  rules.seed = seed;
  rules.latency = compile_latency(flags);
  rules.speed = compile_speed(flags);
  rules.jitter = compile_jitter(flags);
  rules.reset = compile_reset(flags);
  return rules;
}

void override_by(const ImpairFlags& flags, Profile& profile) {
  const Rules asked = compile(flags, profile.seed);
  if (asked.latency) profile.impair.latency = asked.latency;
  if (asked.speed) {
    profile.speed = asked.speed;
    profile.impair.own_rate.reset();
  }
  if (asked.jitter) profile.impair.jitter = asked.jitter;
  if (asked.reset) profile.impair.reset = asked.reset;
  if (!profile.timeline || asked.empty()) return;
  Profile flags_alone;
  flags_alone.impair = asked;
  flags_alone.speed = asked.speed;
  profile.timeline = overridden(*profile.timeline, flags_alone);
}

}  // namespace weir
