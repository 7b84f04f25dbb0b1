// What is printed parses back to the same profile, whatever is in it.
#include "profile/print_profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/draw.h"
#include "profile/distribution.h"
#include "profile/presets.h"

namespace weir {
namespace {

void expect_round_trip(const Profile& profile) {
  const std::string text = print_profile(profile);
  Profile again = parse_profile(text, "printed");
  ASSERT_EQ(again.timeline != nullptr, profile.timeline != nullptr) << text;
  again.timeline = profile.timeline;  // a tree with places: the printed one is compared below
  EXPECT_EQ(again, profile) << text;
  again = parse_profile(text, "printed");
  EXPECT_EQ(compile(again), compile(profile)) << text;
  EXPECT_EQ(print_profile(again), text);
}

/// Draws for a profile out of all that can be said.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t below(std::uint64_t sides) { return draw_bits(seed_, 0, thrown_++) % sides; }
  bool coin() { return below(2) == 0; }
  double share() { return static_cast<double>(below(1'000'001)) / 1'000'000; }
  double unequal_share() { return static_cast<double>(below(1'000'000) + 1) / 1'000'003; }
  Duration length() { return Duration(static_cast<std::int64_t>(below(3'600'000'000'001) >> below(40))); }
  template <typename Enum>
  Enum one_of(std::uint64_t count) {
    return static_cast<Enum>(below(count));
  }

 private:
  std::uint64_t seed_;
  std::uint64_t thrown_ = 0;
};

DurationLaw some_law(Dice& dice) {
  DurationLaw law;
  const Duration a = dice.length();
  const Duration b = dice.length();
  law.min = std::min(a, b);
  law.max = std::max(a, b);
  law.shape = dice.one_of<Shape>(7);
  if (law.shape == Shape::kUniform) return law;
  law.mean = Duration((a.nanoseconds() + b.nanoseconds()) / 2);
  law.deviation = dice.length();
  if (law.shape == Shape::kTable) law.table = choose_distribution("distribution", "experimental", "").table;
  return law;
}

LossModel some_loss(Dice& dice) {
  LossModel loss;
  loss.kind = dice.one_of<LossModel::Kind>(3);
  if (loss.kind == LossModel::Kind::kFourState) {
    loss.p13 = dice.unequal_share();
    loss.p31 = dice.share();
    loss.p32 = dice.share();
    loss.p23 = dice.share();
    loss.p14 = dice.share();
    return loss;
  }
  loss.p = dice.unequal_share();
  if (loss.kind == LossModel::Kind::kBernoulli) return loss;
  loss.r = dice.share();
  loss.lost_in_bad = dice.share();
  loss.lost_in_good = dice.share();
  return loss;
}

PacketRule some_packet(Dice& dice) {
  PacketRule rule;
  rule.up = dice.coin();
  rule.down = !rule.up || dice.coin();
  rule.segments = dice.one_of<SegmentClass>(5);
  rule.nth = static_cast<std::uint32_t>(dice.below(3));
  rule.duplicate = dice.share();
  if (dice.coin()) rule.loss = some_loss(dice);
  rule.corrupt = dice.unequal_share();
  rule.correlation.corrupt = dice.coin() ? 0.75 : 0;
  if (rule.loss && rule.loss->kind == LossModel::Kind::kBernoulli) rule.correlation.loss = 0.25;
  if (!dice.coin()) return rule;
  rule.delay = some_law(dice);
  rule.reorder = dice.unequal_share();
  rule.gap = static_cast<std::uint32_t>(dice.below(3));
  rule.correlation.delay = dice.coin() ? 0.5 : 0;
  rule.correlation.reorder = dice.coin() ? 0.125 : 0;
  return rule;
}

ResetRule some_reset(Dice& dice) {
  ResetRule rule;
  rule.share = dice.share();
  rule.probability = Probability(rule.share);
  rule.at = dice.one_of<ResetRule::At>(4);
  rule.how = dice.one_of<ResetRule::How>(7);
  if (rule.how == ResetRule::How::kRefuse) rule.at = ResetRule::At::kConnect;
  rule.per = dice.one_of<ResetRule::Per>(2);
  if (rule.at != ResetRule::At::kBody) return rule;
  if (dice.coin()) {
    rule.after_time = some_law(dice);
  } else {
    rule.after_bytes_min = dice.below(100'000);
    rule.after_bytes_max = rule.after_bytes_min + dice.below(100'000);
  }
  return rule;
}

Impairments some_impairments(Dice& dice) {
  Impairments impair;
  if (dice.coin()) {
    impair.latency = LatencyRule{some_law(dice), dice.one_of<LatencyRule::Per>(3)};
    const bool holds = impair.latency->per != LatencyRule::Per::kPacket;
    if (holds) impair.latency->holds = dice.one_of<LatencyRule::Holds>(2);
  }
  if (dice.coin()) {
    const double share = dice.share();
    impair.jitter = JitterRule{share,
                               Probability(share),
                               some_law(dice),
                               dice.one_of<JitterRule::Mode>(2),
                               dice.one_of<JitterRule::Scope>(2),
                               dice.one_of<JitterRule::Per>(3)};
    if (impair.jitter->scope == JitterRule::Scope::kLink) impair.jitter->per = JitterRule::Per::kSecond;
  }
  if (dice.coin()) impair.reset = some_reset(dice);
  for (std::uint64_t i = dice.below(3); i > 0; --i) impair.packets.push_back(some_packet(dice));
  impair.limited = dice.coin();
  return impair;
}

FrameCost some_cost(Dice& dice, SpeedRule::Account account) {
  FrameCost cost;
  if (account == SpeedRule::Account::kPayload || dice.coin()) return cost;
  cost.overhead = static_cast<std::uint16_t>(dice.below(1'001));
  cost.least = static_cast<std::uint16_t>(dice.below(9'001));
  if (dice.coin()) return cost;
  cost.cell_payload = static_cast<std::uint16_t>(1 + dice.below(48));
  cost.cell_size = static_cast<std::uint16_t>(cost.cell_payload + dice.below(9));
  return cost;
}

OwnRate some_own_rate(Dice& dice) {
  OwnRate own;
  own.rate = ByteRate{1 + dice.below(50'000'000'000)};
  own.per = dice.one_of<OwnRate::Per>(2);
  own.queue = dice.length();
  own.account = dice.one_of<SpeedRule::Account>(4);
  own.direction = dice.one_of<SpeedRule::Direction>(3);
  own.cost = some_cost(dice, own.account);
  return own;
}

QueueDiscipline some_discipline(Dice& dice) {
  using Kind = QueueDiscipline::Kind;
  QueueDiscipline discipline;
  discipline.kind = dice.one_of<Kind>(6);
  const bool has_codel = discipline.kind == Kind::kCodel || discipline.kind == Kind::kFqCodel;
  if (has_codel || discipline.kind == Kind::kPie) {
    discipline.ecn = dice.coin();
    discipline.law.target = microseconds(static_cast<std::int64_t>(1 + dice.below(10'000)));
  }
  if (has_codel) discipline.law.interval = milliseconds(static_cast<std::int64_t>(11 + dice.below(1'000)));
  if (discipline.by_connection()) discipline.quantum = static_cast<std::uint32_t>(256 + dice.below(10'000));
  return discipline;
}

SpeedRule some_speed(Dice& dice) {
  SpeedRule rule;
  rule.min = ByteRate{1 + dice.below(50'000'000'000)};
  rule.max = ByteRate{rule.min.bytes_per_second + dice.below(50'000'000'000 - rule.min.bytes_per_second + 1)};
  rule.every = Duration(dice.length().nanoseconds() / 2 + 1);
  rule.bound.unit = dice.one_of<QueueBound::Unit>(3);
  if (rule.bound.unit == QueueBound::Unit::kTime) {
    rule.queue = dice.length();
    rule.queue_at_least = dice.below(1'000'000);
  } else {
    rule.bound.most = 1 + dice.below(1'000'000);
  }
  rule.discipline = some_discipline(dice);
  rule.account = dice.one_of<SpeedRule::Account>(4);
  rule.cost = some_cost(dice, rule.account);
  rule.direction = dice.one_of<SpeedRule::Direction>(4);
  const bool apart = rule.direction == SpeedRule::Direction::kEach && dice.coin();
  if (apart) rule.down = RateRange{ByteRate{7}, ByteRate{7 + dice.below(1'000)}};
  return rule;
}

Match some_match(Dice& dice) {
  Match match;
  match.traffic = static_cast<std::uint8_t>(dice.below(traffic::kAll + 1U) | traffic::kHttp1 | traffic::kTls);
  if (dice.coin()) match.clients = {{IpAddress::v4({std::byte{10}}), 104}, {IpAddress(), 0}};
  if (dice.coin()) match.servers = {{IpAddress::v4({std::byte{10}, std::byte{9}}), 128}};
  if (dice.coin()) match.client_ports = {{4000, 4000}, {0, 65535}};
  if (dice.coin()) match.server_ports = {{80, 80}};
  if (dice.coin()) match.vlans = {0, 4094};
  if (dice.coin()) match.dscps = {46};
  if (dice.coin()) match.links = {0, 31};
  if (dice.coin()) match.connections = {static_cast<std::uint32_t>(dice.below(9)), 9};
  match.every_connection = static_cast<std::uint32_t>(1 + dice.below(3));
  match.share = dice.share();
  if (dice.coin()) {
    match.traffic |= traffic::kQuic;
    match.quic_ids = {{.length = 0, .prefix = true}, {.bytes = {std::byte{0xc0}}, .length = 2}};
  }
  if (dice.coin()) match.server_names = {{"example.org", true}, {"*", false}};
  if (dice.coin()) match.alpns = {"h2", "a \"quoted\" \\ one"};
  if (dice.coin()) match.methods = {"GET"};
  if (dice.coin()) match.hosts = {{"a.org", false}, {"[fd09::2]", false}};
  if (dice.coin()) match.paths = {{"/api", PathPattern::Kind::kPrefix}, {"/*.png", PathPattern::Kind::kGlob}};
  if (dice.coin()) match.exchanges = {static_cast<std::uint32_t>(dice.below(9)), UINT32_MAX};
  match.every_exchange = static_cast<std::uint32_t>(1 + dice.below(3));
  return match;
}

Profile some_profile(std::uint64_t seed) {
  Dice dice(seed);
  Profile profile;
  profile.seed = draw_bits(seed, 1, 1) >> dice.below(64);
  if (dice.coin()) profile.name = "länger \"als\" nötig";
  if (dice.coin()) profile.description = "two\nlines\t\x7f";
  if (dice.coin()) profile.match = some_match(dice);
  profile.impair = some_impairments(dice);
  if (dice.coin()) {
    profile.speed = some_speed(dice);
  } else if (dice.coin()) {
    profile.impair.own_rate = some_own_rate(dice);
    profile.impair.own_rate->per = OwnRate::Per::kConnection;
  }
  for (std::uint64_t i = dice.below(4); i > 0; --i) {
    profile.rules.push_back({"rule " + std::to_string(i), some_match(dice), some_impairments(dice)});
    if (dice.coin()) profile.rules.back().impair.own_rate = some_own_rate(dice);
  }
  return profile;
}

TEST(PrintProfile, WhatIsPrintedParsesBackToTheSame) {
  expect_round_trip(Profile());
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) expect_round_trip(some_profile(seed));
}

TEST(PrintProfile, EveryPresetParsesBackToTheSame) {
  for (const std::string_view name : preset_names()) expect_round_trip(load_profile(name));
}

TEST(PrintProfile, WritesEveryKeyOfWhatIsThere) {
  EXPECT_EQ(print_profile(parse_profile("[impair]\nlatency = '20..120'\nspeed = '2M'\n", "x")), R"(seed = 1

[impair.latency]
delay = "20ms..120ms"
per = "exchange"
hold = "response"

[impair.speed]
rate = "2MB/s"
direction = "total"
every = "1s"
queue = "200ms"
queue-at-least = "64KiB"
discipline = "tail-drop"
account = "payload"
)");
}

}  // namespace
}  // namespace weir
