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

void print_cost(TomlText& out, SpeedRule::Account account, const FrameCost& cost) {
  out.text("account", word_for(words::kAccount, account));
  if (cost.overhead != 0) out.plain("overhead", std::to_string(cost.overhead));
  if (cost.least != 0) out.plain("mpu", std::to_string(cost.least));
  if (cost.cell_payload != 0) out.text("cell", fmt::format("{}/{}", cost.cell_payload, cost.cell_size));
}

std::string queue_text(const SpeedRule& rule) {
  switch (rule.bound.unit) {
    case QueueBound::Unit::kTime:
      break;
    case QueueBound::Unit::kBytes:
      return write_size(rule.bound.most);
    case QueueBound::Unit::kPackets:
      return fmt::format("{} packets", rule.bound.most);
  }
  return write_duration(rule.queue);
}

void print_discipline(TomlText& out, const QueueDiscipline& discipline) {
  using Kind = QueueDiscipline::Kind;
  const bool has_codel = discipline.kind == Kind::kCodel || discipline.kind == Kind::kFqCodel;
  const bool has_target = has_codel || discipline.kind == Kind::kPie;
  out.text("discipline", word_for(words::kDiscipline, discipline.kind));
  if (has_target) out.text("target", write_duration(discipline.law.target));
  if (has_codel) out.text("interval", write_duration(discipline.law.interval));
  if (has_target) out.plain("ecn", discipline.ecn ? "true" : "false");
  if (discipline.by_connection()) out.text("quantum", write_size(discipline.quantum));
}

void print_speed(TomlText& out, const SpeedRule& rule) {
  out.table("[impair.speed]");
  print_rates(out, rule);
  out.text("every", write_duration(rule.every));
  out.text("queue", queue_text(rule));
  if (rule.bound.unit == QueueBound::Unit::kTime) out.text("queue-at-least", write_size(rule.queue_at_least));
  print_discipline(out, rule.discipline);
  print_cost(out, rule.account, rule.cost);
}

void print_own_rate(TomlText& out, std::string_view prefix, const OwnRate& own) {
  out.table(fmt::format("[{}.speed]", prefix));
  out.text("rate", write_rate(own.rate));
  out.text("per", word_for(words::kOwnRatePer, own.per));
  out.text("direction", word_for(words::kSpeedDirection, own.direction));
  out.text("queue", write_duration(own.queue));
  print_cost(out, own.account, own.cost);
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

void print_correlations(TomlText& out, const Correlations& correlation) {
  const auto print = [&out](std::string_view key, double share) {
    if (share != 0) out.text(key, write_percent(share));
  };
  print("delay-correlation", correlation.delay);
  print("loss-correlation", correlation.loss);
  print("duplicate-correlation", correlation.duplicate);
  print("corrupt-correlation", correlation.corrupt);
  print("reorder-correlation", correlation.reorder);
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
  print_correlations(out, rule.correlation);
}

/// The comment that stands above what a netem string became.
void print_origins(TomlText& out, const NetemOrigins& origins, std::size_t rule, std::optional<std::size_t> packet) {
  for (const NetemOrigin& origin : origins.all) {
    if (origin.rule == rule && origin.packet == packet) out.remark(origin.said);
  }
}

/// [prefix] itself stands only where it has a key of its own.
void print_impairments(TomlText& out, std::string_view prefix, const Profile& profile, std::size_t rule,
                       const Impairments& impair) {
  if (!impair.limited) {
    out.table(fmt::format("[{}]", prefix));
    out.plain("limited", "false");
  }
  if (impair.latency) print_latency(out, prefix, *impair.latency);
  if (impair.jitter) print_jitter(out, prefix, *impair.jitter);
  if (impair.reset) print_reset(out, prefix, *impair.reset);
  for (std::size_t i = 0; i < impair.packets.size(); ++i) {
    print_origins(out, profile.netem, rule, i);
    print_packet(out, prefix, impair.packets[i]);
  }
  if (impair.own_rate) print_own_rate(out, prefix, *impair.own_rate);
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
  print_impairments(out, "impair", profile, 0, profile.impair);
  if (profile.speed) {
    print_origins(out, profile.netem, 0, std::nullopt);
    print_speed(out, *profile.speed);
  }
  for (std::size_t i = 0; i < profile.rules.size(); ++i) {
    const Rule& rule = profile.rules[i];
    out.table("[[rule]]");
    out.text("name", rule.name);
    out.table("[rule.match]");
    print_match(out, rule.match);
    print_impairments(out, "rule.impair", profile, i + 1, rule.impair);
  }
  if (profile.timeline) print_timeline(out, *profile.timeline);
  return out.result();
}

}  // namespace weir
