#include "profile/print_profile.h"

#include <fmt/format.h>

#include "profile/print_match.h"
#include "profile/print_timeline.h"
#include "profile/toml_text.h"
#include "profile/words.h"
#include "profile/write_units.h"

namespace weir {
namespace {

std::string duration_range(Duration min, Duration max) {
  return min == max ? write_duration(min) : fmt::format("{}..{}", write_duration(min), write_duration(max));
}

std::string rate_range(ByteRate min, ByteRate max) {
  return min == max ? write_rate(min) : fmt::format("{}..{}", write_rate(min), write_rate(max));
}

void print_law(TomlText& out, std::string_view key, const DurationLaw& law) {
  if (law.shape == Shape::kUniform) return out.text(key, duration_range(law.min, law.max));
  out.text(key, fmt::format("{} +- {}", write_duration(law.mean), write_duration(law.deviation)));
  out.text("distribution", law.table ? std::string_view(law.table->name) : word_for(words::kShape, law.shape));
  out.text("within", fmt::format("{}..{}", write_duration(law.min), write_duration(law.max)));
}

void print_latency(TomlText& out, std::string_view prefix, const LatencyRule& rule) {
  out.table(fmt::format("[{}.latency]", prefix));
  print_law(out, "delay", rule.hold);
  out.text("per", word_for(words::kLatencyPer, rule.per));
  if (rule.per != LatencyRule::Per::kPacket) out.text("hold", word_for(words::kLatencyHold, rule.holds));
}

void print_rates(TomlText& out, const SpeedRule& rule) {
  const auto one = [&out](std::string_view key, std::string_view trace_key, const RateTrace& trace, ByteRate min,
                          ByteRate max) {
    trace ? out.text(trace_key, trace.deliveries->name()) : out.text(key, rate_range(min, max));
  };
  if (!rule.down) {
    one("rate", "trace", rule.trace, rule.min, rule.max);
    out.text("direction", word_for(words::kSpeedDirection, rule.direction));
    return;
  }
  one("up", "up-trace", rule.trace, rule.min, rule.max);
  one("down", "down-trace", rule.down_trace, rule.down->min, rule.down->max);
}

void print_speed(TomlText& out, const SpeedRule& rule) {
  out.table("[impair.speed]");
  print_rates(out, rule);
  out.text("every", write_duration(rule.every));
  out.text("queue", write_duration(rule.queue));
  out.text("queue-at-least", write_size(rule.queue_at_least));
  out.text("account", word_for(words::kAccount, rule.account));
}

void print_jitter(TomlText& out, std::string_view prefix, const JitterRule& rule) {
  out.table(fmt::format("[{}.jitter]", prefix));
  out.text("prob", write_percent(rule.share));
  print_law(out, "length", rule.stall);
  out.text("mode", word_for(words::kJitterMode, rule.mode));
  out.text("scope", word_for(words::kJitterScope, rule.scope));
  out.text("per", word_for(words::kJitterPer, rule.per));
}

void print_after(TomlText& out, const ResetRule& rule) {
  if (rule.at != ResetRule::At::kBody) return;
  if (rule.after_time) return print_law(out, "after", *rule.after_time);
  out.text("after", fmt::format("{}..{}", write_size(rule.after_bytes_min), write_size(rule.after_bytes_max)));
}

void print_reset(TomlText& out, std::string_view prefix, const ResetRule& rule) {
  out.table(fmt::format("[{}.reset]", prefix));
  out.text("prob", write_percent(rule.share));
  out.text("at", word_for(words::kResetAt, rule.at));
  print_after(out, rule);
  out.text("how", word_for(words::kResetHow, rule.how));
  out.text("per", word_for(words::kResetPer, rule.per));
}

std::string loss_text(const LossModel& loss) {
  const auto share = [](std::string_view key, double value) {
    return fmt::format("{} = \"{}\"", key, write_percent(value));
  };
  const std::string model = fmt::format("model = \"{}\"", word_for(words::kLossModel, loss.kind));
  if (loss.kind == LossModel::Kind::kGilbertElliott) {
    return fmt::format("{{ {}, {}, {}, {}, {} }}", model, share("p", loss.p), share("r", loss.r),
                       share("lost-in-bad", loss.lost_in_bad), share("lost-in-good", loss.lost_in_good));
  }
  return fmt::format("{{ {}, {}, {}, {}, {}, {} }}", model, share("p13", loss.p13), share("p31", loss.p31),
                     share("p32", loss.p32), share("p23", loss.p23), share("p14", loss.p14));
}

void print_loss(TomlText& out, const LossModel& loss) {
  if (loss.kind == LossModel::Kind::kBernoulli) return out.text("loss", write_percent(loss.p));
  out.plain("loss", loss_text(loss));
}

void print_packet(TomlText& out, std::string_view prefix, const PacketRule& rule) {
  out.table(fmt::format("[[{}.packet]]", prefix));
  const unsigned direction = (rule.up ? words::kUp : 0) | (rule.down ? words::kDown : 0);
  out.text("direction", word_for(words::kPacketDirection, direction));
  out.text("segments", word_for(words::kSegments, rule.segments));
  if (rule.nth != 0) out.plain("nth", std::to_string(rule.nth));
  if (rule.loss) print_loss(out, *rule.loss);
  if (rule.duplicate != 0) out.text("duplicate", write_percent(rule.duplicate));
  if (rule.corrupt != 0) out.text("corrupt", write_percent(rule.corrupt));
  if (rule.delay) print_law(out, "delay", *rule.delay);
  if (rule.reorder != 0) out.text("reorder", write_percent(rule.reorder));
  if (rule.gap != 0) out.plain("gap", std::to_string(rule.gap));
}

/// [prefix] itself stands only where it has a key of its own.
void print_impairments(TomlText& out, std::string_view prefix, const Impairments& impair) {
  if (!impair.limited) {
    out.table(fmt::format("[{}]", prefix));
    out.plain("limited", "false");
  }
  if (impair.latency) print_latency(out, prefix, *impair.latency);
  if (impair.jitter) print_jitter(out, prefix, *impair.jitter);
  if (impair.reset) print_reset(out, prefix, *impair.reset);
  for (const PacketRule& packet : impair.packets) print_packet(out, prefix, packet);
}

void print_root(TomlText& out, const Profile& profile) {
  if (!profile.name.empty()) out.text("name", profile.name);
  if (!profile.description.empty()) out.text("description", profile.description);
  const std::string seed = std::to_string(profile.seed);
  if (profile.seed <= INT64_MAX) return out.plain("seed", seed);
  out.text("seed", seed);
}

}  // namespace

std::string print_profile(const Profile& profile) {
  TomlText out;
  print_root(out, profile);
  if (profile.match != Match()) {
    out.table("[match]");
    print_match(out, profile.match);
  }
  print_impairments(out, "impair", profile.impair);
  if (profile.speed) print_speed(out, *profile.speed);
  for (const Rule& rule : profile.rules) {
    out.table("[[rule]]");
    out.text("name", rule.name);
    out.table("[rule.match]");
    print_match(out, rule.match);
    print_impairments(out, "rule.impair", rule.impair);
  }
  if (profile.timeline) print_timeline(out, *profile.timeline);
  return out.result();
}

}  // namespace weir
