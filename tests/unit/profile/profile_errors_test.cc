// What is said of profiles that are not in order, word for word.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/draw.h"
#include "profile/errors.h"
#include "profile/profile.h"
#include "support/message_of.h"

namespace weir {
namespace {

std::string errors_of(std::string_view text) {
  return message_of<ProfileError>([text] { (void)parse_profile(text, "p.toml"); });
}

/// The message of the only problem, without its place and the line.
std::string message_of_one(std::string_view text) {
  const std::string all = errors_of(text);
  EXPECT_LE(std::ranges::count(all, '\n'), 2) << all;
  const std::string line = all.substr(0, all.find('\n'));
  return line.substr(line.find(": ") + 2);
}

TEST(ProfileErrors, AreAllSaidAtOnceInTheOrderOfTheText) {
  EXPECT_EQ(errors_of("sead = 7\n[impair]\nlatency = \"40sm\"\n[impair.jitter]\nprob = 1.5\nlength = []\n"),
            R"(p.toml:1:1: unknown key sead in a profile (did you mean seed?)
sead = 7
^
p.toml:3:11: latency: "40sm" is not a duration: unknown unit "sm" (did you mean "ms"?)
latency = "40sm"
          ^ expected "40ms", "20ms..120ms" or "100ms +- 20ms"
p.toml:5:8: prob: "1.5" is not a probability: it lies outside 0 to 1 (0 % to 100 %)
prob = 1.5
       ^ expected a probability: 0.4 or "40%"
p.toml:6:10: length: a list can't stand here
length = []
         ^ expected "40ms", "20ms..120ms" or "100ms +- 20ms")");
}

TEST(ProfileErrors, SyntaxIsTomls) {
  EXPECT_EQ(errors_of("[impair]\nlatency = 40ms\n"),
            R"(p.toml:2:13: Error while parsing decimal integer: expected digit, saw 'm'
latency = 40ms
            ^ expected a value with a unit in quotes: "40ms")");
  EXPECT_EQ(errors_of("seed = 1\nseed = 2\n").substr(0, 84),
            "p.toml:2:8: Error while parsing key-value pair: cannot redefine existing integer 'se");
}

TEST(ProfileErrors, TheCaretStandsRightBehindTabsAndLettersOfSeveralBytes) {
  EXPECT_EQ(errors_of("[impair]\n\tlatency = { hold = 'ü', delay = '4' }\n"),
            "p.toml:2:21: hold: \"ü\" is no word for it\n latency = { hold = 'ü', delay = '4' }\n"
            "                    ^ expected response, request");
}

TEST(ProfileErrors, UnknownKeys) {
  EXPECT_EQ(errors_of("[impair]\nbandwidth = 5\n"), R"(p.toml:2:1: unknown key bandwidth in [impair]
bandwidth = 5
^ expected one of latency, speed, jitter, reset, packet, limited, netem)");
  EXPECT_EQ(errors_of("[impair.jitter]\npob = 0.4\nlength = '1s'\n"),
            "p.toml:2:1: unknown key pob in [impair.jitter] (did you mean prob?)\npob = 0.4\n^")
      << "and not also that prob is missing";
}

TEST(ProfileErrors, WhatIsNotBuiltYetSaysSo) {
  EXPECT_EQ(message_of_one("netem = 'delay 100ms'\n"),
            "netem in a profile: a netem string stands in [impair] or [rule.impair]");
}

TEST(ProfileErrors, Latency) {
  EXPECT_EQ(message_of_one("[impair.latency]\nper = 'packet'\n"),
            "[impair.latency] needs delay: how long is the first byte held?");
  EXPECT_EQ(message_of_one("[impair.latency]\ndelay = 1\nper = 'packet'\nhold = 'request'\n"),
            R"(per = "packet" holds every frame, not a request or a response)");
  EXPECT_EQ(message_of_one("[impair.latency]\ndelay = '40ms'\ndistribution = 'normal'\n"),
            R"(delay: the distribution needs a range or a deviation: "100ms +- 20ms")");
  EXPECT_EQ(message_of_one("[impair]\nlatency = true\n"), "latency: true or false can't stand here");
}

TEST(ProfileErrors, Speed) {
  EXPECT_EQ(message_of_one("[impair]\nspeed = '0'\n"), R"(speed: "0" would let nothing pass)");
  EXPECT_EQ(message_of_one("[impair]\nspeed = '401Gbit'\n"), R"(speed: "401Gbit" is more than 400 Gbit/s (50G))");
  EXPECT_EQ(message_of_one("[impair.speed]\nevery = '1s'\n"), "[impair.speed] needs rate: how fast?");
  EXPECT_EQ(message_of_one("[impair.speed]\nrate = 5\nup = 6\n"),
            "rate stands beside up or down, which say it already");
  EXPECT_EQ(message_of_one("[impair.speed]\nrate = 5\nevery = 0\n"), R"(every: "0" is no time at all)");
}

TEST(ProfileErrors, TheQueueBeforeTheLimiter) {
  const auto of = [](std::string_view keys) {
    return message_of_one("[impair.speed]\nrate = 5\n" + std::string(keys) + "\n");
  };
  EXPECT_EQ(of("queue = '100 packtes'"),
            R"(queue: "100 packtes" is not a length: unknown unit "packtes" (did you mean "packets"?))");
  EXPECT_EQ(of("queue = '0 packets'"), R"(queue: "0" is not a whole number from 1 to 1000000)");
  EXPECT_EQ(of("queue = '0B'"), R"(queue: "0B" would hold nothing)");
  EXPECT_EQ(of("queue = '64KIB'"), R"(queue: "64KIB" is not a size: unknown unit "KIB" (did you mean "KiB"?))");
  EXPECT_EQ(of("queue = '20sm'"), R"(queue: "20sm" is not a duration: unknown unit "sm" (did you mean "ms"?))");
  EXPECT_EQ(of("discipline = 'codle'"), R"(discipline: "codle" is no word for it (did you mean codel?))");
  EXPECT_EQ(of("target = '5ms'"), R"(target needs discipline = "codel", "pie" or "fq-codel")");
  EXPECT_EQ(of("discipline = 'pie'\ninterval = '5ms'"), R"(interval needs discipline = "codel" or "fq-codel")");
  EXPECT_EQ(of("discipline = 'fq'\necn = true"), R"(ecn needs discipline = "codel", "pie" or "fq-codel")");
  EXPECT_EQ(of("discipline = 'codel'\nquantum = 300"), R"(quantum needs discipline = "fq" or "fq-codel")");
  EXPECT_EQ(of("discipline = 'fq'\nquantum = 100"), R"(quantum: "100" is not between 256 bytes and 1 MiB)");
  EXPECT_EQ(of("discipline = 'codel'\ninterval = '5ms'"), "target has to be shorter than interval");
  EXPECT_EQ(of("discipline = 'codel'\ninterval = '5s'"), R"(interval: "5s" is more than 4 s)");
}

TEST(ProfileErrors, WhatFramesCost) {
  const auto of = [](std::string_view keys) {
    return message_of_one("[impair.speed]\nrate = 5\naccount = 'ip'\n" + std::string(keys) + "\n");
  };
  EXPECT_EQ(of("cell = '48'"), R"(cell: "48" is no cell: write payload/size, "48/53")");
  EXPECT_EQ(of("cell = '53/48'"), R"(cell: "53/48" is no cell: it carries more than its size)");
  EXPECT_EQ(of("cell = '0/48'"), R"(cell: "0" is not a whole number from 1 to 9000)");
  EXPECT_EQ(of("overhead = 2000"), R"(overhead: "2000" is not a whole number from 0 to 1000)");
  EXPECT_EQ(message_of_one("[impair.speed]\nrate = 5\nmpu = 64\n"),
            R"(mpu is of whole packets: it needs account = "ip", "frame" or "wire")");
}

TEST(ProfileErrors, RatesOfARulesOwn) {
  const auto of = [](std::string_view keys) {
    return message_of_one("[[rule]]\nname = 'a'\n[rule.impair.speed]\n" + std::string(keys) + "\n");
  };
  EXPECT_EQ(of("per = 'connection'"), "[rule.impair.speed] needs rate: how fast?");
  EXPECT_EQ(of("rate = '1..2MB/s'"), R"(rate: "1..2MB/s" is a range; a rate of a rule's or a connection's own is one)");
  EXPECT_EQ(of("rate = 5\ndirection = 'each'"), "a rate of a rule's or a connection's own is for total, up or down");
  EXPECT_EQ(of("rate = 5\nprr = 'rule'"), "unknown key prr in [rule.impair.speed] (did you mean per?)");
  EXPECT_EQ(message_of_one("[impair.speed]\nrate = 5\nper = 'connection'\ndiscipline = 'fq'\n"),
            R"(discipline is not for per = "connection")");
}

TEST(ProfileErrors, WhatAWorkerCannotDoIsRefused) {
  std::string text;
  for (int i = 0; i < 5; ++i) text += "[[impair.packet]]\nloss = '1%'\n";
  EXPECT_NE(errors_of(text).find("5 packet rules; a rule has 4 at most"), std::string::npos) << errors_of(text);
  text = "[impair.jitter]\nprob = 1\nlength = '1s'\nscope = 'link'\nper = 'packet'\n";
  EXPECT_NE(errors_of(text).find("scope = \"link\" needs per = \"second\""), std::string::npos) << errors_of(text);
}

TEST(ProfileErrors, Reset) {
  EXPECT_EQ(message_of_one("[impair.reset]\nhow = 'refuse'\n"),
            R"(how = "refuse" answers a SYN: it needs at = "connect")");
  EXPECT_EQ(message_of_one("[impair.reset]\nat = 'body'\n"),
            "[impair.reset] needs after: after how many bytes, or how long, is the body cut?");
  EXPECT_EQ(message_of_one("[impair.reset]\nafter = '10kB'\n"), R"(after needs at = "body")");
  EXPECT_EQ(message_of_one("[impair.reset]\nat = 'body'\nafter = '10kB'\ndistribution = 'normal'\n"),
            "distribution is for times; bytes are drawn evenly");
}

TEST(ProfileErrors, Packets) {
  EXPECT_EQ(message_of_one("[[impair.packet]]\n"),
            "[[impair.packet]] does nothing: give loss, duplicate, corrupt or delay");
  EXPECT_EQ(message_of_one("[[impair.packet]]\nreorder = '5%'\n"),
            "reorder needs delay: a packet overtakes by skipping it");
  EXPECT_EQ(message_of_one("[[impair.packet]]\ndelay = 5\ngap = 5\n"), "gap needs reorder: how likely?");
  EXPECT_EQ(message_of_one("[[impair.packet]]\nloss = '1%'\nwithin = '1..2ms'\n"), "within needs delay");
  EXPECT_EQ(message_of_one("[[impair.packet]]\nloss = { p = 1, r = 1 }\n"), R"(r is not for model = "bernoulli")");
  EXPECT_EQ(message_of_one("[[impair.packet]]\nloss = { model = '4-state' }\n"), "loss needs p13: how likely?");
  EXPECT_EQ(message_of_one("[[impair.packet]]\ndelay = 5\ndelay-correlation = '96%'\n"),
            R"(delay-correlation: "96%" is more than 95%)");
  EXPECT_EQ(message_of_one("[[impair.packet]]\nloss = 1\ncorrupt-correlation = '5%'\n"),
            "corrupt-correlation needs corrupt");
  EXPECT_EQ(message_of_one("[[impair.packet]]\nloss = { model = '4-state', p13 = 1 }\nloss-correlation = '5%'\n"),
            "loss-correlation is for a plain probability: the model has a memory of its own");
  EXPECT_EQ(message_of_one("[impair.packet]\nloss = '1%'\n"), "packet: a table can't stand here");
}

TEST(ProfileErrors, Rules) {
  EXPECT_EQ(message_of_one("[[rule]]\n"), "[[rule]] needs name: it stands in the decision log");
  EXPECT_EQ(message_of_one("[[rule]]\nname = 'a'\n[[rule]]\nname = 'a'\n"), R"(name: two rules are called "a")");
  EXPECT_EQ(message_of_one("[[rule]]\nname = 'default'\n"), R"(name: "default" is the rule of [impair])");
  std::string many;
  for (int i = 0; i < 64; ++i) many += "[[rule]]\nname = 'r" + std::to_string(i) + "'\n";
  EXPECT_EQ(message_of_one(many), "64 rules, 63 are the most");
}

TEST(ProfileErrors, ConditionsThatCanNeverHold) {
  EXPECT_EQ(message_of_one("[match]\nprotocol = 'http1'\nsni = 'a.org'\n"),
            "sni is known of TLS only, which protocol leaves out");
  EXPECT_EQ(message_of_one("[match]\nquic-id = 'c0'\n"), "quic-id is known of QUIC only, which protocol leaves out");
  EXPECT_EQ(message_of_one("[match]\nprotocol = 'quic'\nquic-id = 'c0f'\n"),
            R"(quic-id: "c0f" has half a byte: two hex digits each)");
  EXPECT_EQ(message_of_one("[match]\nprotocol = 'tls'\npath = '/a'\n"),
            "path is known of HTTP in clear text only, which protocol leaves out");
  EXPECT_EQ(message_of_one("[match]\nprotocol = 'udp'\nevery-exchange = 2\n"),
            "every-exchange is known of HTTP only, which protocol leaves out");
  EXPECT_EQ(message_of_one("[match]\nclient = []\n"), "client: the list is empty, nothing would match");
}

TEST(ProfileErrors, ImpairmentsThatTrafficCannotHave) {
  EXPECT_EQ(message_of_one("[match]\nprotocol = 'udp'\n[impair]\nlatency = 5\n"),
            "latency counts exchanges of HTTP, which protocol leaves out (packet has delay for others)");
  EXPECT_EQ(message_of_one("[match]\nprotocol = 'udp'\n[impair]\nreset = 1\n"),
            "reset cuts TCP connections, which protocol leaves out");
}

/// A profile that uses much of the language.
constexpr std::string_view kRich = R"(seed = 7
[match]
protocol = ["tcp", "quic"]
[impair.latency]
delay = "100ms +- 20ms"
distribution = "pareto"
within = "0ms..500ms"
[impair]
speed = "1..2MB/s"
reset = { prob = "1%", at = "body", after = "10kB..20kB" }
[[impair.packet]]
loss = { model = "gilbert-elliott", p = 0.01, r = "25%" }
delay = 20
[[rule]]
name = "api"
[rule.match]
client = ["10.0.0.0/8", "fd09::/64"]
server-port = [80, "8000..8100"]
host = "*.example.org"
path = "/img/*.png"
exchanges = "1.."
)";

/// Whether a text is refused as a profile, and not in any other way.
bool is_refused(const std::string& text) {
  try {
    (void)parse_profile(text, "p.toml");
  } catch (const ProfileError&) {
    return true;
  }
  return false;
}

TEST(ProfileErrors, AnyTextIsAProfileOrRefused) {
  ASSERT_FALSE(is_refused(std::string(kRich)));
  std::size_t refused = 0;
  for (std::uint64_t i = 0; i < 3'000; ++i) {
    std::string text(kRich);
    for (std::uint64_t changes = draw_bits(i, 0, 0) % 4 + 1; changes > 0; --changes) {
      const std::uint64_t bits = draw_bits(i, 1, changes);
      const std::size_t at = bits % text.size();
      const char other = kRich[(bits >> 20U) % kRich.size()];
      switch (bits >> 60U & 3U) {
        case 0:
          text[at] = other;
          break;
        case 1:
          text.erase(at, 1 + (bits >> 40U) % 9);
          break;
        case 2:
          text.insert(at, 1, static_cast<char>(bits >> 32U));
          break;
        default:
          text.insert(at, kRich.substr((bits >> 20U) % kRich.size(), 20));
      }
    }
    if (is_refused(text)) ++refused;
  }
  EXPECT_GT(refused, 2'000U);
}

TEST(ProfileErrors, WhatATextHoldsCannotSpoilTheTerminal) {
  const std::string all = errors_of("x = \"a\\u001b[31m\"\n[impair]\nlatency = \"\\u001b[31m\"\n");
  EXPECT_EQ(all.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace weir
