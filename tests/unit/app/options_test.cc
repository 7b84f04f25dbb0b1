#include "weir/options.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "profile/errors.h"
#include "support/message_of.h"

namespace weir {
namespace {

using Words = std::vector<std::string>;

RunOptions run_options(Words words) {
  words.insert(words.begin(), {"--link", "a,b"});
  return parse_run_options(words);
}

std::string run_error(const Words& words) {
  return message_of<UsageError>([&words] { (void)parse_run_options(words); });
}

/// The error of a command line whose link is in order.
std::string error_of(Words words) {
  words.insert(words.begin(), {"--link", "a,b"});
  return run_error(words);
}

std::string exec_error(const Words& words) {
  return message_of<UsageError>([&words] { (void)parse_exec_options(words); });
}

TEST(RunOptions, Defaults) {
  const RunOptions options = run_options({});
  ASSERT_EQ(options.links.size(), 1U);
  EXPECT_EQ(options.links[0].a, "a");
  EXPECT_EQ(options.links[0].b, "b");
  EXPECT_TRUE(options.rules.empty());
  EXPECT_EQ(options.rules.seed, 1U);
  EXPECT_EQ(options.workers, 1U);
  EXPECT_EQ(options.duration, std::nullopt);
  EXPECT_EQ(options.max_late, milliseconds(1));
  EXPECT_EQ(options.name, "weir");
  EXPECT_EQ(options.output.log, std::nullopt);
  EXPECT_EQ(options.output.stats, std::nullopt);
  EXPECT_FALSE(options.output.log_all);
  EXPECT_EQ(options.eal_arguments, Words());
}

TEST(RunOptions, EverythingAtOnce) {
  const RunOptions options = parse_run_options(Words{"--link",
                                                     "eth1,eth2",
                                                     "--latency-min",
                                                     "20",
                                                     "--latency-max=120",
                                                     "--speed",
                                                     "2M",
                                                     "--jitter-prob",
                                                     "0.4",
                                                     "--jitter-min",
                                                     "100",
                                                     "--jitter-max",
                                                     "300",
                                                     "--reset-enable",
                                                     "--reset-prob",
                                                     "1%",
                                                     "--link",
                                                     "0000:01:00.0,02:00.1",
                                                     "--workers",
                                                     "8",
                                                     "--seed",
                                                     "18446744073709551615",
                                                     "--duration",
                                                     "30",
                                                     "--log",
                                                     "run.jsonl",
                                                     "--log-all",
                                                     "--stats",
                                                     "run.json",
                                                     "--name",
                                                     "lab-2",
                                                     "--max-late",
                                                     "250us",
                                                     "--",
                                                     "--vdev=net_null0",
                                                     "--log",
                                                     "--"});
  ASSERT_EQ(options.links.size(), 2U);
  EXPECT_EQ(options.links[1].a, "0000:01:00.0");
  EXPECT_EQ(options.links[1].b, "0000:02:00.1") << "the short form is completed";
  EXPECT_EQ(options.rules.latency->hold.min, milliseconds(20));
  EXPECT_EQ(options.rules.latency->hold.max, milliseconds(120));
  EXPECT_EQ(options.rules.speed->max.bytes_per_second, 2'000'000U);
  EXPECT_EQ(options.rules.jitter->share, 0.4);
  EXPECT_EQ(options.rules.reset->share, 0.01);
  EXPECT_EQ(options.rules.seed, UINT64_MAX);
  EXPECT_EQ(options.workers, 8U);
  EXPECT_EQ(options.duration, seconds(30));
  EXPECT_EQ(options.output.log, "run.jsonl");
  EXPECT_EQ(options.output.stats, "run.json");
  EXPECT_TRUE(options.output.log_all);
  EXPECT_EQ(options.name, "lab-2");
  EXPECT_EQ(options.max_late, microseconds(250));
  EXPECT_EQ(options.eal_arguments, Words({"--vdev=net_null0", "--log", "--"})) << "behind the first --: unread";
}

TEST(RunOptions, UnknownOptionNamesTheNearest) {
  EXPECT_EQ(error_of({"--latancy", "100"}), "unknown option --latancy (did you mean --latency?)");
  EXPECT_EQ(error_of({"--latancy=100"}), "unknown option --latancy (did you mean --latency?)");
  EXPECT_EQ(error_of({"--jitter-max", "5", "--jiter-prob", "1"}),
            "unknown option --jiter-prob (did you mean --jitter-prob?)")
      << "what was mistyped comes before what it leaves out";
  EXPECT_EQ(error_of({"--Seed", "1"}), "unknown option --Seed (did you mean --seed?)");
  EXPECT_EQ(error_of({"--bandwidth", "1"}), "unknown option --bandwidth");
  EXPECT_EQ(error_of({"-x"}), "unknown option -x");
}

TEST(RunOptions, AWordThatIsNoOption) {
  EXPECT_EQ(error_of({"c,d"}), R"(unexpected argument "c,d" (EAL arguments go after --))");
}

TEST(RunOptions, AValueIsMissing) {
  EXPECT_EQ(error_of({"--latency"}), "--latency needs a value");
  EXPECT_EQ(error_of({"--latency", "--speed", "5"}), "--latency needs a value");
  EXPECT_EQ(error_of({"--latency="}), "--latency needs a value");
  EXPECT_EQ(error_of({"--latency", ""}), R"(--latency: "" is not a duration: it is empty)");
  EXPECT_EQ(error_of({"--log", ""}), "--log: the file's name is empty");
  EXPECT_EQ(run_error({"--link"}), "--link needs a value");
}

TEST(RunOptions, AFlagTakesNoValue) {
  EXPECT_EQ(error_of({"--reset-enable=no"}), "--reset-enable takes no value");
}

TEST(RunOptions, NothingIsGivenTwice) {
  EXPECT_EQ(error_of({"--latency", "5", "--latency", "5"}), "--latency is given twice");
  EXPECT_EQ(error_of({"--reset-enable", "--reset-enable"}), "--reset-enable is given twice");
}

TEST(RunOptions, Quantities) {
  EXPECT_EQ(error_of({"--latency", "100sm"}),
            R"(--latency: "100sm" is not a duration: unknown unit "sm" (did you mean "ms"?))");
  EXPECT_EQ(error_of({"--speed", "-5"}), R"(--speed: "-5" is not a rate: it is negative)");
  EXPECT_EQ(error_of({"--speed=-5"}), R"(--speed: "-5" is not a rate: it is negative)");
  EXPECT_EQ(error_of({"--reset-prob", "1.5"}),
            R"(--reset-prob: "1.5" is not a probability: it lies outside 0 to 1 (0 % to 100 %))");
  EXPECT_EQ(error_of({"--latency-min", "120", "--latency-max", "20"}),
            "--latency-min 120 is more than --latency-max 20");
  EXPECT_EQ(error_of({"--workers", "0"}), R"(--workers: "0" is not a whole number from 1 to 32)");
  EXPECT_EQ(error_of({"--workers", "33"}), R"(--workers: "33" is not a whole number from 1 to 32)");
  EXPECT_EQ(error_of({"--seed", "-1"}), R"(--seed: "-1" is not a whole number from 0 to 18446744073709551615)");
  EXPECT_EQ(error_of({"--seed", "18446744073709551616"}),
            R"(--seed: "18446744073709551616" is not a whole number from 0 to 18446744073709551615)");
  EXPECT_EQ(error_of({"--duration", "0"}), R"(--duration: "0" is no time at all)");
  EXPECT_EQ(error_of({"--duration", "31536001"}), R"(--duration: "31536001" is more than 31536000s)");
  EXPECT_EQ(error_of({"--max-late", "0"}), R"(--max-late: "0" is no time at all)");
  EXPECT_EQ(run_options({"--max-late", "2"}).max_late, milliseconds(2));
  EXPECT_EQ(run_options({}).link_rate, std::nullopt);
  EXPECT_EQ(run_options({"--link-rate", "25Gbit"}).link_rate, ByteRate{3'125'000'000});
  EXPECT_EQ(error_of({"--link-rate", "fast"}), R"(--link-rate: "fast" is not a rate: it does not start with a digit)");
}

TEST(RunOptions, Links) {
  EXPECT_EQ(run_error({}), "--link is missing: name the two ports to stand between, --link A,B");
  EXPECT_EQ(run_error({"--link", "a"}), R"(--link: "a" names 1 port, a link has two: --link A,B)");
  EXPECT_EQ(run_error({"--link", "a,"}), R"(--link: "a," names one port, a link has two: --link A,B)");
  EXPECT_EQ(run_error({"--link", ",b"}), R"(--link: ",b" names one port, a link has two: --link A,B)");
  EXPECT_EQ(run_error({"--link", "a,b,c"}), R"(--link: "a,b,c" names 3 ports, a link has two: --link A,B)");
  EXPECT_EQ(run_error({"--link", "a,a"}), R"(--link: port "a" is named twice, a port belongs to one link)");
  EXPECT_EQ(run_error({"--link", "a,b", "--link", "c,a"}),
            R"(--link: port "a" is named twice, a port belongs to one link)");
  EXPECT_EQ(run_error({"--link", "01:00.0,0000:01:00.0"}),
            R"(--link: port "0000:01:00.0" is named twice, a port belongs to one link)");
}

TEST(RunOptions, AsManyLinksAsAFlowKeyTellsApart) {
  Words words;
  for (int i = 0; i < 32; ++i) {
    words.insert(words.end(), {"--link", fmt::format("a{},b{}", i, i)});
  }
  EXPECT_EQ(parse_run_options(words).links.size(), 32U);
  words.insert(words.end(), {"--link", "c,d"});
  EXPECT_EQ(run_error(words), "--link is given 33 times, 32 links are the most");
}

TEST(RunOptions, Names) {
  EXPECT_EQ(error_of({"--name", "a/b"}), R"(--name: "a/b" is not a name: 1 to 32 letters, digits, '_', '-' or '.')");
  EXPECT_EQ(error_of({"--name", std::string(33, 'a')}).substr(0, 9), R"(--name: ")");
  EXPECT_EQ(run_options({"--name", std::string(32, 'a')}).name.size(), 32U);
}

TEST(RunOptions, Outputs) {
  EXPECT_EQ(error_of({"--log-all"}), "--log-all needs --log FILE");
  EXPECT_EQ(error_of({"--log", "x", "--stats", "x"}), "--log and --stats name the same file x");
  EXPECT_EQ(error_of({"--capture", "x", "--stats", "x"}), "--capture and --stats name the same file x");
  EXPECT_EQ(error_of({"--log", "x", "--capture", "x"}), "--capture and --log name the same file x");
  EXPECT_EQ(error_of({"--capture", ""}), "--capture: the file's name is empty");
  EXPECT_EQ(run_options({"--capture", "x"}).output.capture, "x");
}

TEST(RunOptions, AProfileIsAPreset) {
  const RunOptions options = run_options({"--profile", "wpt-3g"});
  EXPECT_EQ(options.rules, compile(load_profile("wpt-3g")));
  ASSERT_EQ(options.rules.rules.size(), 1U);
  EXPECT_EQ(options.rules.rules[0].impair.packets.size(), 1U);
}

TEST(RunOptions, FlagsTakeThePlaceOfTheSameImpairments) {
  const RunOptions options = run_options({"--profile", "wpt-3g", "--latency", "5", "--speed", "2M", "--seed", "9"});
  EXPECT_EQ(options.rules.seed, 9U);
  EXPECT_EQ(options.rules.speed, run_options({"--speed", "2M"}).rules.speed) << "whole: it counts payload again";
  EXPECT_EQ(options.rules.rules[0].impair.latency->hold.max, milliseconds(5));
  EXPECT_EQ(options.rules.rules[0].impair.packets.size(), 1U) << "what no flag says stays";
}

TEST(RunOptions, AProfileThatIsNotThere) {
  EXPECT_EQ(error_of({"--profile", "wpt-3h"}), R"("wpt-3h" is neither a file nor a preset (did you mean wpt-3g?))");
  EXPECT_EQ(error_of({"--profile", "no-such-network"}),
            R"("no-such-network" is neither a file nor a preset (see weir presets; a file has a / or ends in .toml))");
  EXPECT_EQ(error_of({"--profile", "/nonexistent/x.toml"}),
            "cannot read /nonexistent/x.toml: No such file or directory");
}

TEST(ExecOptions, TheCommandIsWhatStandsBehindTheDashes) {
  const ExecOptions options =
      parse_exec_options(Words{"--latency", "100", "--max-late", "5", "--seed", "3", "--", "curl", "--latency", "--"});
  EXPECT_EQ(options.command, Words({"curl", "--latency", "--"}));
  EXPECT_EQ(options.rules.latency->hold.min, milliseconds(100));
  EXPECT_EQ(options.max_late, milliseconds(5));
  EXPECT_EQ(options.rules.seed, 3U);
}

TEST(ExecOptions, TheCommandIsMissing) {
  constexpr const char* kMissing = "the command is missing: weir exec [options] -- COMMAND...";
  EXPECT_EQ(exec_error({"--latency", "100"}), kMissing);
  EXPECT_EQ(exec_error({"--latency", "100", "--"}), kMissing);
  EXPECT_EQ(exec_error({"curl", "-s"}), R"(unexpected argument "curl" (the command goes after --))");
}

TEST(ExecOptions, HasNoLinks) {
  EXPECT_EQ(exec_error({"--link", "a,b", "--", "true"}).substr(0, 21), "unknown option --link");
}

TEST(Help, NamesEveryOptionOfTheInterface) {
  for (const char* option : {"--latency MS", "--latency-min MS", "--latency-max MS", "--speed BYTES",
                             "--speed-min BYTES", "--speed-max BYTES", "--jitter-prob P", "--jitter-min MS",
                             "--jitter-max MS", "--reset-enable", "--reset-prob P", "--profile FILE|PRESET", "--seed N",
                             "--log FILE", "--log-all", "--stats FILE", "--capture FILE", "--max-late MS"}) {
    EXPECT_NE(run_help().find(option), std::string::npos) << option;
    EXPECT_NE(exec_help().find(option), std::string::npos) << option;
  }
  for (const char* option : {"--link A,B", "--workers N", "--link-rate RATE", "--duration S", "--name NAME"}) {
    EXPECT_NE(run_help().find(option), std::string::npos) << option;
  }
}

TEST(RunOptions, ReadAProfileAgainWithTheFlagsBesideIt) {
  const std::string path = testing::TempDir() + "weir-again-" + std::to_string(getpid()) + ".toml";
  std::ofstream(path) << "seed = 3\n[impair]\nlatency = 10\nreset = \"1%\"\n";
  const RunOptions options = run_options({"--profile", path, "--latency", "5", "--seed", "9"});
  std::ofstream(path) << "[impair]\nlatency = 20\nreset = \"2%\"\n";
  const Profile again = options.read_again();
  EXPECT_EQ(again.impair.latency->hold.min, milliseconds(5));
  EXPECT_EQ(again.impair.reset->share, 0.02);
  EXPECT_EQ(again.seed, 9U);
  std::filesystem::remove(path);
  EXPECT_FALSE(run_options({"--latency", "5"}).read_again) << "there is no profile";
}

}  // namespace
}  // namespace weir
