// Phases: when each begins, what it makes of the profile, and what is said of those that can't be meant.
#include "profile/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "profile/errors.h"
#include "profile/impair_flags.h"
#include "profile/name_book.h"
#include "profile/print_profile.h"
#include "profile/programme.h"
#include "support/message_of.h"

namespace weir {
namespace {

/// "0 a 10, 1000 - 20": from when on which phase holds (-: none; =: the same goes on) and its latency, milliseconds.
std::string steps_of(const Profile& profile, std::size_t most = 8) {
  Programme programme(profile, Instant());
  std::string text;
  for (std::size_t i = 0; i < most; ++i) {
    const auto step = programme.next();
    if (!step) return text + "end";
    const std::int64_t latency = step->rules.latency ? step->rules.latency->hold.min.nanoseconds() / 1'000'000 : -1;
    text += std::to_string(step->offset.nanoseconds() / 1'000'000) + " " + (step->phase.empty() ? "-" : step->phase) +
            " " + std::to_string(latency) + ", ";
  }
  return text;
}

std::string steps(const std::string& text, std::size_t most = 8) {
  return steps_of(parse_profile("[impair]\nlatency = 5\n" + text, "p.toml"), most);
}

std::string refusal(const std::string& text) {
  const std::string all = message_of<ProfileError>([&text] { (void)parse_profile(text, "p.toml"); });
  EXPECT_LE(std::ranges::count(all, '\n'), 2) << all;
  return all.substr(0, all.find('\n'));
}

TEST(Timeline, PhasesBeginAtTheirTimeOrBehindTheOneBefore) {
  EXPECT_EQ(steps("[[phase]]\nname = \"a\"\nat = \"10s\"\nfor = \"5s\"\nimpair.latency = 50\n"
                  "[[phase]]\nname = \"b\"\nfor = \"1s\"\nimpair.latency = 70\n"
                  "[[phase]]\nname = \"c\"\nat = \"20s\"\nimpair.latency = false\n"),
            "10000 a 50, 15000 b 70, 16000 - 5, 20000 c -1, end");
}

TEST(Timeline, APhaseWithoutALengthLastsUntilTheNext) {
  EXPECT_EQ(steps("[[phase]]\nname = \"a\"\nimpair.latency = 50\n"
                  "[[phase]]\nname = \"b\"\nat = \"3s\"\nfor = \"1s\"\nimpair.latency = 70\n"),
            "0 a 50, 3000 b 70, 4000 - 5, end");
}

TEST(Timeline, RepeatsAndLoops) {
  const std::string phases =
      "[[phase]]\nname = \"a\"\nfor = \"2s\"\nrepeat = 2\nimpair.latency = 50\n"
      "[[phase]]\nname = \"b\"\nat = \"5s\"\nfor = \"1s\"\nimpair.latency = 70\n";
  EXPECT_EQ(steps(phases), "0 a 50, 2000 a 50, 4000 - 5, 5000 b 70, 6000 - 5, end");
  EXPECT_EQ(steps("[timeline]\nloop = true\n" + phases, 7),
            "0 a 50, 2000 a 50, 4000 - 5, 5000 b 70, 6000 a 50, 8000 a 50, 10000 - 5, ");
}

TEST(Timeline, ACurveIsAStepEachTime) {
  EXPECT_EQ(steps("[timeline]\nstep = \"500ms\"\n[[phase]]\nname = \"a\"\nfor = \"2s\"\nrepeat = 2\n"
                  "impair.latency = { from = \"100ms\", to = \"20ms\" }\n"),
            "0 a 100, 500 - 80, 1000 - 60, 1500 - 40, 2000 a 100, 2500 - 80, 3000 - 60, 3500 - 40, ");
}

TEST(Timeline, EveryStepOfANumberWithoutAUnitHolds) {
  Programme programme(parse_profile("[[phase]]\nname = 'a'\nfor = '7s'\n[phase.impair]\n"
                                    "latency = { from = 20, to = 400 }\nspeed = { from = 4000000, to = 100000 }\n"
                                    "reset = { sine = '0..0.0001', period = '3s' }\n",
                                    "p.toml"),
                      Instant());
  std::size_t steps = 0;
  while (programme.next()) ++steps;
  EXPECT_EQ(steps, 71U) << "70 steps of 100 ms, and the end";
}

TEST(Timeline, EventsBeginWhatFollowsThem) {
  const Profile profile = parse_profile(
      "[timeline]\nstarts = \"first-packet\"\n[[phase]]\nname = \"a\"\nfor = \"10s\"\nimpair.latency = 1\n"
      "[[phase]]\nname = \"b\"\nwhen = \"connection 100\"\nfor = \"5s\"\nimpair.latency = 2\n"
      "[[phase]]\nname = \"c\"\nimpair.latency = 3\n",
      "p.toml");
  EXPECT_EQ(steps_of(profile), "0 a 1, 10000 - -1, 0 b 2, 5000 c 3, end");
  Programme programme(profile, Instant());
  ASSERT_EQ(programme.waiting()->size(), 2U);
  const auto first = programme.next();
  static_cast<void>(programme.next());
  const auto by_event = programme.next();
  EXPECT_EQ(first->clock->zero(), Instant::never());
  (*programme.waiting())[0]->hear(SceneClock::Event::kFrame, Instant(7));
  EXPECT_EQ(first->clock->zero(), Instant(7));
  for (int i = 0; i < 100; ++i) (*programme.waiting())[1]->hear(SceneClock::Event::kConnection, Instant(9));
  EXPECT_EQ(by_event->clock->zero(), Instant(7) + seconds(10)) << "not before the phase before it is over";
}

TEST(Timeline, TouchesOnlyWhatAPhaseNames) {
  const Profile profile = parse_profile(
      "[impair]\nreset = \"1%\"\n[impair.latency]\ndelay = 5\nper = \"connection\"\n"
      "[[rule]]\nname = \"x\"\n[rule.match]\npath = \"/x\"\n[rule.impair]\nlatency = 1\nreset = \"2%\"\n"
      "[[rule]]\nname = \"y\"\n[rule.match]\npath = \"/y\"\n"
      "[[phase]]\nname = \"a\"\n[phase.impair.latency]\ndelay = 50\n[phase.impair.speed]\nrate = \"1MB/s\"\n"
      "[[phase.rule]]\nname = \"y\"\nimpair.latency = 70\n[[phase.rule]]\nname = \"x\"\nimpair.latency = 80\n",
      "p.toml");
  const Rules base = compile(profile);
  Rules expected = base;
  expected.latency->hold = {milliseconds(50), milliseconds(50)};
  expected.speed = SpeedRule{ByteRate{1'000'000}, ByteRate{1'000'000}};
  expected.rules[0].impair.latency->hold = {milliseconds(80), milliseconds(80)};
  expected.rules[1].impair.latency = LatencyRule{{milliseconds(70), milliseconds(70)}};
  EXPECT_EQ(Programme(profile, Instant()).next()->rules, expected);
}

Rules in_first_phase(const std::string& text) {
  return Programme(parse_profile(text, "p.toml"), Instant()).next()->rules;
}

TEST(Timeline, AKeyTakesThePlaceOfTheSameInAnotherForm) {
  const std::string phase = "[[phase]]\nname = \"a\"\n";
  const std::string two_ways = "[impair.speed]\nup = \"1MB/s\"\ndown = \"2MB/s\"\nqueue = \"1s\"\n";
  const SpeedRule one = *in_first_phase(two_ways + phase + "[phase.impair.speed]\nrate = \"3MB/s\"\n").speed;
  EXPECT_EQ(one.direction, SpeedRule::Direction::kTotal);
  EXPECT_EQ(one.min, ByteRate{3'000'000});
  EXPECT_EQ(one.queue, seconds(1)) << "what says something else stays";
  const SpeedRule down =
      *in_first_phase("[impair]\nspeed = \"1MB/s\"\n" + phase + "[phase.impair.speed]\ndown = \"2MB/s\"\n").speed;
  EXPECT_EQ(down.direction, SpeedRule::Direction::kDown);
  const ResetRule reset = *in_first_phase("[impair.reset]\nat = \"body\"\nafter = \"10ms\"\nhow = \"fin\"\n" + phase +
                                          "[phase.impair.reset]\nat = \"request\"\n")
                               .reset;
  EXPECT_EQ(reset.at, ResetRule::At::kRequest);
  EXPECT_EQ(reset.how, ResetRule::How::kFin);
  EXPECT_FALSE(reset.after_time);
}

TEST(Timeline, APhaseMayHaveRulesOfItsOwn) {
  const Profile profile = parse_profile(
      "[impair]\nlatency = 5\n[[rule]]\nname = \"api\"\nmatch.path = \"/api\"\n"
      "[[phase]]\nname = \"a\"\nfor = \"1s\"\n[[phase.rule]]\nname = \"ten\"\nmatch.client = \"10.0.0.0/8\"\n"
      "impair.latency = 70\n"
      "[[phase]]\nname = \"b\"\nfor = \"1s\"\n[[phase.rule]]\nname = \"api\"\nimpair.latency = 9\n"
      "[[phase.rule]]\nname = \"cut\"\nmatch.share = \"10%\"\nimpair.reset = 1\n",
      "p.toml");
  Programme programme(profile, Instant());
  const Rules& base = programme.begin();
  const Rules a = programme.next()->rules;
  const Rules b = programme.next()->rules;
  const Rules behind = programme.next()->rules;
  for (const Rules& rules : {base, a, b, behind}) {
    EXPECT_EQ(rule_names(rules), (std::vector<std::string>{"default", "ten", "cut", "api"}))
        << "a rule keeps its number";
  }
  EXPECT_EQ(behind, base);
  EXPECT_EQ(base.rules[0].match.traffic, 0) << "and takes nothing where it is not there";
  EXPECT_EQ(a.rules[0].impair.latency->hold.min, milliseconds(70));
  EXPECT_EQ(a.rules[0].match.traffic, traffic::kHttp);
  EXPECT_EQ(a.rules[1], base.rules[1]);
  EXPECT_EQ(b.rules[0], base.rules[0]);
  EXPECT_EQ(b.rules[1].match.share, 0.1);
  EXPECT_EQ(b.rules[2].impair.latency->hold.min, milliseconds(9));
  EXPECT_TRUE(profile.rules.size() == 1) << "the profile itself has one";
}

TEST(NameBook, TheRulesOfASelectionAreThoseOfThePhasesBehindIt) {
  const auto noted = [](const std::string& name) {
    return compile(parse_profile("[[rule]]\nname = '" + name + "'\n", "p.toml"));
  };
  NameBook names;
  EXPECT_EQ(names.rule(0, 1), "default");
  names.add_selections(0, noted("before"));
  names.add_selections(5, noted("after"));
  EXPECT_EQ(names.rule(0, 1), "before");
  EXPECT_EQ(names.rule(4, 1), "before");
  EXPECT_EQ(names.rule(5, 1), "after");
  EXPECT_EQ(names.rule(9, 1), "after");
  EXPECT_EQ(names.rule(9, 2), "default") << "there is none of that number";
}

TEST(Timeline, FlagsHoldInPhasesToo) {
  Profile profile = parse_profile(
      "[impair]\nreset = \"1%\"\n[[phase]]\nname = \"a\"\n[phase.impair]\nlatency = 50\nreset = \"5%\"\n", "p.toml");
  ImpairFlags flags;
  flags.latency = "9";
  override_by(flags, profile);
  const Rules rules = Programme(profile, Instant()).next()->rules;
  EXPECT_EQ(rules.latency->hold.min, milliseconds(9));
  EXPECT_EQ(rules.reset->share, 0.05);
}

TEST(Timeline, IsPrintedAsItWasMeant) {
  const std::string text = R"(seed = 7

[impair.latency]
delay = "5ms"
per = "exchange"
hold = "response"

[[rule]]
name = "x"

[rule.match]
protocol = "http"
path = "/x"

[timeline]
starts = "first-packet"
loop = true
step = "50ms"

[[phase]]
name = "a"
at = "10s"
for = "5s"
repeat = 2

[phase.impair]
latency = { from = "20ms", to = "200ms" }
packet = [{ delay = "1ms", loss = 0.5 }]
speed = { every = "2s", rate = { period = "1s", sine = "1MB/s..2MB/s" } }

[[phase.rule]]
name = "x"

[phase.rule.impair]
reset = "1%"

[[phase.rule]]
name = "y"

[phase.rule.match]
path = "/y"

[phase.rule.impair]
latency = "9ms"
)";
  EXPECT_EQ(print_profile(parse_profile(text, "p.toml")), text);
}

TEST(Timeline, FaultsOfPhasesAreSaidWithAllOthersAndOnce) {
  const std::string all = message_of<ProfileError>([] {
    (void)parse_profile(
        "[impair]\nsped = 1\n"
        "[timeline]\nstep = \"0\"\n"
        "[[phase]]\nname = \"a\"\nfor = \"1h\"\nimpair.latncy = 5\n"
        "[[phase]]\nname = \"b\"\nfor = \"1s\"\nimpair.jiter = { from = 1, to = 2 }\n",
        "p.toml");
  });
  std::string heads;
  for (std::size_t at = all.find("p.toml:"); at != std::string::npos; at = all.find("p.toml:", at + 1)) {
    heads += all.substr(at, all.find(": ", at) - at) + ' ';
  }
  EXPECT_EQ(heads, "p.toml:2:1 p.toml:4:8 p.toml:7:7 p.toml:8:8 p.toml:12:8 ") << all;
  EXPECT_EQ(all.find("no end"), std::string::npos) << "the `for` that could not be read is fault enough";
}

TEST(Timeline, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("[[phase]]\nfor = \"1s\"\n"), "p.toml:1:1: [[phase]] needs name: it stands in the decision log");
  EXPECT_EQ(refusal("[timeline]\nloop = true\n"),
            "p.toml:1:1: [timeline] without [[phase]]: nothing would ever change");
  EXPECT_EQ(refusal("[timeline]\nloop = true\n[[phase]]\nname = \"a\"\n"),
            "p.toml:3:1: phase \"a\": loop needs an end: give the last phase a `for`");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\nfor = \"10s\"\n[[phase]]\nname = \"b\"\nat = \"9s\"\n"),
            "p.toml:4:1: phase \"b\": it begins before \"a\" has ended");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\n[[phase]]\nname = \"b\"\n"),
            "p.toml:3:1: phase \"b\": \"a\" before it has no end: give that one a `for`, or this one an `at`");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\nrepeat = 2\n"), "p.toml:3:10: repeat needs for: how long is one turn?");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\nwhen = \"conection 5\"\n"),
            "p.toml:3:8: when: \"conection 5\" is no event: \"connection 100\" (when the 100th opens) or "
            "\"first packet\"");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\n[phase.impair]\nlatncy = 5\n"),
            "p.toml:4:1: unknown key latncy in [impair] (did you mean latency?)");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\nimpair.latency = { from = 1, to = 5 }\n"),
            "p.toml:3:27: a ramp takes as long as its phase, which has no end: give the phase a `for`");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\nfor = \"1s\"\nimpair.reset = { from = \"50%\", to = \"150%\" }\n"),
            "p.toml:4:37: to: \"150%\" is not a probability: it lies outside 0 to 1 (0 % to 100 %)");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\nfor = \"1s\"\nimpair.speed = { from = \"1%\", to = \"2%\" }\n"),
            "p.toml:4:16: speed: \"1%\" is not a rate: unknown unit \"%\" (known: k, M, G, Ki, Mi, Gi, B/s, kB/s, "
            "MB/s, GB/s, KiB/s, MiB/s, GiB/s, kbit, Mbit, Gbit, kbps, Mbps, Gbps, kbit/s, Mbit/s, Gbit/s)");
  EXPECT_EQ(
      refusal("[[phase]]\nname = \"a\"\nfor = \"1s\"\nimpair.packet = [{ loss = 1, nth = { from = 1, to = 1 } }]\n"),
      "p.toml:4:36: nth: it has no values in between, so it can't be a curve");
  EXPECT_EQ(
      refusal("[[phase]]\nname = \"a\"\nfor = \"10s\"\nimpair.speed = { sine = \"0B/s..1MB/s\", period = \"3s\" }\n"),
      "p.toml:4:16: speed: \"0\" would let nothing pass")
      << "its lowest lies at no quarter of the phase";
  EXPECT_EQ(refusal("[impair]\nlatency = { from = 1, to = 5 }\n"),
            "p.toml:2:11: latency: numbers change in phases only: a curve stands in [phase.impair]");
  EXPECT_EQ(refusal("[match]\nshare = { walk = '1%..5%', by = '1%' }\n"),
            "p.toml:2:9: share: numbers change in phases only: a curve stands in [phase.impair]");
  EXPECT_EQ(refusal("[[rule]]\nname = \"api\"\n[[phase]]\nname = \"a\"\n[[phase.rule]]\nname = \"apo\"\n"),
            "p.toml:6:8: name: the profile has no rule \"apo\" (did you mean api?)");
  EXPECT_EQ(refusal("[[rule]]\nname = \"api\"\n[[phase]]\nname = \"a\"\n[[phase.rule]]\nname = \"images\"\n"),
            "p.toml:6:8: name: the profile has no rule \"images\"; with a match it is one of this phase");
  EXPECT_EQ(
      refusal("[[rule]]\nname = \"api\"\n[[phase]]\nname = \"a\"\n[[phase.rule]]\nname = \"api\"\n"
              "match.path = \"/\"\n"),
      "p.toml:7:1: match: \"api\" is a rule of the profile, and what that takes stays: give this one a name of its "
      "own");
  EXPECT_EQ(refusal("[[phase]]\nname = \"a\"\n[[phase.rule]]\nname = \"x\"\nmatch.pth = \"/\"\n"),
            "p.toml:5:7: unknown key pth in [match] (did you mean path?)");
  EXPECT_EQ(refusal("[timeline]\nloop = true\n[[phase]]\nname = \"a\"\nwhen = \"connection 5\"\nfor = \"1s\"\n"),
            "p.toml:3:1: phase \"a\": loop: what begins with an event does not come again");
}

}  // namespace
}  // namespace weir
