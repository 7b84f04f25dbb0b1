#include "profile/profile.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

Profile parsed(std::string_view text) {
  return parse_profile(text, "test.toml");
}

TEST(Profile, AnEmptyOneAsksForNothing) {
  EXPECT_EQ(parsed(""), Profile());
  EXPECT_TRUE(compile(parsed("")).empty());
  EXPECT_EQ(compile(parsed("")).seed, 1U);
}

TEST(Profile, Names) {
  const Profile profile = parsed("name = 'flaky-api'\ndescription = 'two\\nlines'\nseed = 7\n");
  EXPECT_EQ(profile.name, "flaky-api");
  EXPECT_EQ(profile.description, "two\\nlines");
  EXPECT_EQ(profile.seed, 7U);
  EXPECT_EQ(parsed("seed = '18446744073709551615'").seed, UINT64_MAX);
}

TEST(Profile, ShortForms) {
  const Profile profile = parsed("[impair]\nlatency = '20ms..120ms'\nspeed = '2MB/s'\nreset = '1%'\n");
  EXPECT_EQ(profile.impair.latency->hold.min, milliseconds(20));
  EXPECT_EQ(profile.impair.latency->hold.max, milliseconds(120));
  EXPECT_EQ(profile.speed->max, ByteRate{2'000'000});
  EXPECT_EQ(profile.impair.reset->share, 0.01);
  EXPECT_EQ(profile.impair.reset->probability, Probability(0.01));
}

TEST(Profile, BareNumbersMeanWhatTheyMeanOnTheCommandLine) {
  const Profile profile = parsed("[impair]\nlatency = 0.5\nspeed = 2000\nreset = 1\n");
  EXPECT_EQ(profile.impair.latency->hold.max, microseconds(500));
  EXPECT_EQ(profile.speed->max, ByteRate{2'000});
  EXPECT_EQ(profile.impair.reset->share, 1);
}

TEST(Profile, Latency) {
  const LatencyRule rule = *parsed(R"([impair.latency]
delay = "100ms +- 20ms"
distribution = "lognormal"
within = "0ms..500ms"
per = "connection"
hold = "request"
)")
                                .impair.latency;
  EXPECT_EQ(rule.hold.shape, Shape::kLognormal);
  EXPECT_EQ(rule.hold.mean, milliseconds(100));
  EXPECT_EQ(rule.hold.deviation, milliseconds(20));
  EXPECT_EQ(rule.hold.max, milliseconds(500));
  EXPECT_EQ(rule.per, LatencyRule::Per::kConnection);
  EXPECT_EQ(rule.holds, LatencyRule::Holds::kRequest);
}

TEST(Profile, Speed) {
  const SpeedRule rule = *parsed(R"([impair.speed]
rate = "1MB/s..2MB/s"
every = "500ms"
queue = "50ms"
queue-at-least = "10kB"
account = "wire"
direction = "each"
)")
                              .speed;
  EXPECT_EQ(rule.min, ByteRate{1'000'000});
  EXPECT_EQ(rule.max, ByteRate{2'000'000});
  EXPECT_EQ(rule.every, milliseconds(500));
  EXPECT_EQ(rule.queue, milliseconds(50));
  EXPECT_EQ(rule.queue_at_least, 10'000U);
  EXPECT_EQ(rule.account, SpeedRule::Account::kWire);
  EXPECT_EQ(rule.direction, SpeedRule::Direction::kEach);
  EXPECT_FALSE(rule.down);
}

TEST(Profile, SpeedOfEachDirection) {
  const SpeedRule both = *parsed("[impair.speed]\nup = '768kbit'\ndown = '1600kbit'").speed;
  EXPECT_EQ(both.direction, SpeedRule::Direction::kEach);
  EXPECT_EQ(both.max, ByteRate{96'000});
  EXPECT_EQ(both.down, (RateRange{ByteRate{200'000}, ByteRate{200'000}}));
  const SpeedRule same = *parsed("[impair.speed]\nup = '8kbit'\ndown = '1kB/s'").speed;
  EXPECT_EQ(same.direction, SpeedRule::Direction::kEach);
  EXPECT_FALSE(same.down);
  EXPECT_EQ(parsed("[impair.speed]\ndown = '1M'").speed->direction, SpeedRule::Direction::kDown);
  EXPECT_EQ(parsed("[impair.speed]\nup = '1M'").speed->direction, SpeedRule::Direction::kUp);
}

TEST(Profile, TheQueueBeforeTheLimiter) {
  using Kind = QueueDiscipline::Kind;
  const auto speed = [](std::string_view keys) {
    return *parsed("[impair.speed]\nrate = '1M'\n" + std::string(keys)).speed;
  };
  EXPECT_EQ(speed("queue = '100 packets'").bound, (QueueBound{QueueBound::Unit::kPackets, 100}));
  EXPECT_EQ(speed("queue = '1 packet'").bound, (QueueBound{QueueBound::Unit::kPackets, 1}));
  EXPECT_EQ(speed("queue = '64KiB'").bound, (QueueBound{QueueBound::Unit::kBytes, 65'536}));
  EXPECT_EQ(speed("queue = '30ms'").bound, QueueBound());
  EXPECT_EQ(speed("queue = 30").queue, milliseconds(30));
  EXPECT_EQ(speed("").discipline, QueueDiscipline());
  const QueueDiscipline codel = speed("discipline = 'codel'\ntarget = '10ms'\necn = true").discipline;
  EXPECT_EQ(codel.kind, Kind::kCodel);
  EXPECT_EQ(codel.law, (CodelLaw{milliseconds(10), milliseconds(100)}));
  EXPECT_TRUE(codel.ecn);
  EXPECT_EQ(speed("discipline = 'pie'").discipline.law.target, milliseconds(15));
  EXPECT_EQ(speed("discipline = 'fq-codel'\nquantum = 300").discipline.quantum, 300U);
}

TEST(Profile, WhatFramesCost) {
  const SpeedRule rule =
      *parsed("[impair.speed]\nrate = '1M'\naccount = 'ip'\noverhead = 18\nmpu = 64\ncell = '48/53'").speed;
  EXPECT_EQ(rule.cost, (FrameCost{.overhead = 18, .least = 64, .cell_payload = 48, .cell_size = 53}));
}

TEST(Profile, RatesOfARulesOwn) {
  const Profile profile = parsed(R"([impair]
speed = "5MB/s"
[[rule]]
name = "short"
[rule.impair]
speed = "1MB/s"
[[rule]]
name = "long"
[rule.impair.speed]
rate = "2MB/s"
per = "connection"
direction = "down"
queue = "50ms"
account = "frame"
)");
  EXPECT_EQ(profile.speed->max, ByteRate{5'000'000});
  EXPECT_EQ(profile.rules[0].impair.own_rate, OwnRate{.rate = ByteRate{1'000'000}});
  EXPECT_EQ(profile.rules[1].impair.own_rate, (OwnRate{.rate = ByteRate{2'000'000},
                                                       .per = OwnRate::Per::kConnection,
                                                       .queue = milliseconds(50),
                                                       .account = SpeedRule::Account::kFrame,
                                                       .direction = SpeedRule::Direction::kDown}));
  const Profile each = parsed("[impair.speed]\nrate = '1M'\nper = 'connection'");
  EXPECT_FALSE(each.speed);
  EXPECT_EQ(each.impair.own_rate->per, OwnRate::Per::kConnection);
}

TEST(Profile, Jitter) {
  const JitterRule rule = *parsed(R"([impair.jitter]
prob = 0.4
length = "200ms..300ms"
mode = "drop"
per = "packet"
)")
                               .impair.jitter;
  EXPECT_EQ(rule.share, 0.4);
  EXPECT_EQ(rule.probability, Probability(0.4));
  EXPECT_EQ(rule.stall.min, milliseconds(200));
  EXPECT_EQ(rule.mode, JitterRule::Mode::kDrop);
  EXPECT_EQ(rule.scope, JitterRule::Scope::kConnection);
  EXPECT_EQ(rule.per, JitterRule::Per::kPacket);
  const auto link = parsed("[impair.jitter]\nprob = 1\nlength = '1s'\nscope = 'link'").impair.jitter;
  EXPECT_EQ(link->scope, JitterRule::Scope::kLink);
}

TEST(Profile, Reset) {
  const ResetRule bytes =
      *parsed("[impair.reset]\nat = 'body'\nafter = '10kB..20kB'\nhow = 'fin'\nper = 'connection'").impair.reset;
  EXPECT_EQ(bytes.share, 1) << "without prob every exchange";
  EXPECT_EQ(bytes.at, ResetRule::At::kBody);
  EXPECT_EQ(bytes.how, ResetRule::How::kFin);
  EXPECT_EQ(bytes.per, ResetRule::Per::kConnection);
  EXPECT_EQ(bytes.after_bytes_min, 10'000U);
  EXPECT_EQ(bytes.after_bytes_max, 20'000U);
  const ResetRule time = *parsed("[impair.reset]\nat = 'body'\nafter = '100ms..2s'").impair.reset;
  EXPECT_EQ(time.after_time->min, milliseconds(100));
  EXPECT_EQ(time.after_time->max, seconds(2));
  EXPECT_EQ(time.after_bytes_max, 0U);
}

TEST(Profile, SinglePackets) {
  const std::vector<PacketRule> rules = parsed(R"([[impair.packet]]
direction = "up"
segments = "first-data"
nth = 3
loss = "1%"
duplicate = "2%"
corrupt = 0.001
reorder = "5%"
gap = 5
delay = "10ms..30ms"
distribution = "pareto"
[[impair.packet]]
loss = { model = "gilbert-elliott", p = "1%", r = "25%", lost-in-bad = "50%", lost-in-good = "0.1%" }
[[impair.packet]]
loss = { model = "4-state", p13 = "2%", p32 = "3%", p23 = "40%", p14 = "0.5%" }
)")
                                            .impair.packets;
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_TRUE(rules[0].up);
  EXPECT_FALSE(rules[0].down);
  EXPECT_EQ(rules[0].segments, SegmentClass::kFirstData);
  EXPECT_EQ(rules[0].nth, 3U);
  EXPECT_EQ(rules[0].loss->p, 0.01);
  EXPECT_EQ(rules[0].duplicate, 0.02);
  EXPECT_EQ(rules[0].corrupt, 0.001);
  EXPECT_EQ(rules[0].reorder, 0.05);
  EXPECT_EQ(rules[0].gap, 5U);
  EXPECT_EQ(rules[0].delay->shape, Shape::kPareto);
  EXPECT_TRUE(rules[1].up && rules[1].down);
  EXPECT_EQ(rules[1].loss->kind, LossModel::Kind::kGilbertElliott);
  EXPECT_EQ(rules[1].loss->lost_in_bad, 0.5);
  EXPECT_EQ(rules[2].loss->kind, LossModel::Kind::kFourState);
  EXPECT_EQ(rules[2].loss->p31, 0.98) << "what netem takes where it is not given";
}

TEST(Profile, WhatNetemTakesWhereItIsNotGiven) {
  const LossModel loss =
      *parsed("[[impair.packet]]\nloss = { model = 'gilbert-elliott', p = 0.25 }").impair.packets[0].loss;
  EXPECT_EQ(loss.r, 0.75);
  EXPECT_EQ(loss.lost_in_bad, 1);
  EXPECT_EQ(loss.lost_in_good, 0);
}

TEST(Profile, ConditionsOnFrames) {
  const Match match = parsed(R"([[rule]]
name = "api"
[rule.match]
client = ["10.0.0.0/8", "fd09::/64"]
server = "10.9.0.2"
client-port = 4000
server-port = [80, "8000..8100"]
vlan = [0, 12]
dscp = 46
link = 1
connections = "0..9"
every-connection = 3
share = "10%"
protocol = ["tcp", "quic"]
)")
                          .rules[0]
                          .match;
  EXPECT_EQ(match.clients.size(), 2U);
  EXPECT_EQ(match.servers.size(), 1U);
  EXPECT_EQ(match.client_ports, (std::vector<PortRange>{{4000, 4000}}));
  EXPECT_EQ(match.server_ports, (std::vector<PortRange>{{80, 80}, {8000, 8100}}));
  EXPECT_EQ(match.vlans, (std::vector<std::uint16_t>{0, 12}));
  EXPECT_EQ(match.dscps, (std::vector<std::uint8_t>{46}));
  EXPECT_EQ(match.links, (std::vector<std::uint8_t>{1}));
  EXPECT_EQ(match.connections, (CountRange{0, 9}));
  EXPECT_EQ(match.every_connection, 3U);
  EXPECT_EQ(match.share, 0.1);
  EXPECT_EQ(match.traffic, traffic::kTcp | traffic::kQuic);
}

TEST(Profile, ConditionsOnRequests) {
  const Match match = parsed(R"([[rule]]
name = "api"
[rule.match]
sni = "*.example.org"
alpn = ["h2", "http/1.1"]
method = ["GET", "POST"]
host = "example.org"
path = ["/api", "/img/*.png"]
exchanges = "5.."
every-exchange = 2
)")
                          .rules[0]
                          .match;
  EXPECT_EQ(match.server_names, (std::vector<HostPattern>{{"example.org", true}}));
  EXPECT_EQ(match.alpns, (std::vector<std::string>{"h2", "http/1.1"}));
  EXPECT_EQ(match.methods, (std::vector<std::string>{"GET", "POST"}));
  EXPECT_EQ(match.hosts, (std::vector<HostPattern>{{"example.org", false}}));
  EXPECT_EQ(match.paths.size(), 2U);
  EXPECT_EQ(match.exchanges, (CountRange{5, UINT32_MAX}));
  EXPECT_EQ(match.every_exchange, 2U);
  EXPECT_EQ(match.traffic, traffic::kHttp);
}

TEST(Profile, RulesStandBeforeTheDefaultOneInTheirOrder) {
  const Rules rules = compile(parsed(R"([impair]
latency = "5ms"
[[rule]]
name = "b"
[rule.match]
path = "/b"
[rule.impair]
limited = false
latency = "9ms"
[[rule]]
name = "a"
)"));
  ASSERT_EQ(rules.rules.size(), 2U);
  EXPECT_EQ(rules.rules[0].name, "b");
  EXPECT_FALSE(rules.rules[0].impair.limited);
  EXPECT_EQ(rules.rules[0].impair.latency->hold.max, milliseconds(9));
  EXPECT_TRUE(rules.rules[1].impair.none()) << "a rule without [rule.impair] leaves traffic alone";
  EXPECT_EQ(rules.latency->hold.max, milliseconds(5));
  EXPECT_TRUE(rules.limited);
}

TEST(Profile, WithAMatchTheDefaultRuleIsTheLastOfTheList) {
  const Rules rules = compile(parsed("[match]\nprotocol = 'any'\n[impair]\nlatency = '5ms'\n[[rule]]\nname = 'a'\n"));
  ASSERT_EQ(rules.rules.size(), 2U);
  EXPECT_EQ(rules.rules[1].name, "default");
  EXPECT_EQ(rules.rules[1].match.traffic, traffic::kAll);
  EXPECT_EQ(rules.rules[1].impair.latency->hold.max, milliseconds(5));
  EXPECT_TRUE(rules.none());
  EXPECT_FALSE(rules.limited) << "what [match] leaves out is not touched";
}

TEST(Profile, SixtyThreeRules) {
  std::string text;
  for (int i = 0; i < 63; ++i) text += "[[rule]]\nname = 'r" + std::to_string(i) + "'\n";
  EXPECT_EQ(compile(parsed(text)).rules.size(), 63U);
}

}  // namespace
}  // namespace weir
