#include "weir/dispatch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "profile/errors.h"

namespace weir {
namespace {

using Words = std::vector<std::string>;

struct Answer {
  int code = -1;
  std::string out;
  std::string err;
};

constexpr int kRan = 42;
constexpr int kExecuted = 43;

int pretend_to_run(const RunOptions& options) {
  if (options.name == "fails") throw RunError("eth1: no such interface");
  if (options.name == "surprises") throw std::runtime_error("two\nlines");
  return kRan;
}
int pretend_to_exec(const ExecOptions& /*options*/) {
  return kExecuted;
}

Answer ask(const Words& words) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = dispatch(words, {.run = pretend_to_run, .exec = pretend_to_exec}, out, err);
  return {code, out.str(), err.str()};
}

void expect_refused(const Words& words, const std::string& line) {
  const Answer answer = ask(words);
  EXPECT_EQ(answer.code, kBadArguments) << line;
  EXPECT_EQ(answer.err, line + "\n");
  EXPECT_EQ(answer.out, "");
}

TEST(Dispatch, StartsTheCommandAndReturnsItsCode) {
  EXPECT_EQ(ask({"run", "--link", "a,b"}).code, kRan);
  EXPECT_EQ(ask({"exec", "--", "true"}).code, kExecuted);
}

TEST(Dispatch, BadArgumentsAreOneLineAndStartNothing) {
  expect_refused({}, "weir: a command is missing (see weir help)");
  expect_refused({"run", "--link", "a,b", "--latancy", "100"},
                 "weir run: unknown option --latancy (did you mean --latency?)");
  expect_refused({"run"}, "weir run: --link is missing: name the two ports to stand between, --link A,B");
  expect_refused({"exec"}, "weir exec: the command is missing: weir exec [options] -- COMMAND...");
  expect_refused({"run", "--link", "a,b", "--latency=5\n6"},
                 R"(weir run: --latency: "5?6" is not a duration: unknown unit "?6" (known: us, ms, s))");
}

TEST(Dispatch, UnknownCommandsNameTheNearest) {
  expect_refused({"rnu"}, "weir: unknown command rnu (did you mean run?)");
  expect_refused({"frobnicate"}, "weir: unknown command frobnicate (see weir help)");
  expect_refused({"help", "exce"}, "weir: unknown command exce (did you mean exec?)");
}

TEST(Dispatch, CheckSaysWhichFilesAreInOrder) {
  EXPECT_EQ(ask({"check", "wpt-3g", "sat-geo"}).out.find("wpt-3g: ok\nwpt-3g: worst case at 10 Gbit/s each way: "), 0U);
  EXPECT_NE(ask({"check", "wpt-3g", "sat-geo"}).out.find("\nsat-geo: ok\n"), std::string::npos);
  EXPECT_EQ(ask({"check", "wpt-3g", "sat-geo"}).code, kGood);
  const std::string path = testing::TempDir() + "weir-check-" + std::to_string(getpid()) + ".toml";
  std::ofstream(path) << "[impair]\nlatency = \"40sm\"\nsped = 1\n";
  const Answer answer = ask({"check", path, "wpt-3g", "wpt-3h"});
  EXPECT_EQ(answer.code, kBadArguments);
  EXPECT_EQ(answer.out.find("wpt-3g: ok\n"), 0U);
  EXPECT_EQ(answer.err,
            path + ":2:11: latency: \"40sm\" is not a duration: unknown unit \"sm\" (did you mean \"ms\"?)\n" +
                "latency = \"40sm\"\n          ^ expected \"40ms\", \"20ms..120ms\" or \"100ms +- 20ms\"\n" + path +
                ":3:1: unknown key sped in [impair] (did you mean speed?)\nsped = 1\n^\n" +
                "weir check: \"wpt-3h\" is neither a file nor a preset (did you mean wpt-3g?)\n");
  EXPECT_EQ(ask({"run", "--link", "a,b", "--profile", path}).err, ask({"check", path}).err) << "as it stands";
  EXPECT_EQ(ask({"run", "--link", "a,b", "--profile", path}).code, kBadArguments);
  std::filesystem::remove(path);
}

TEST(Dispatch, CheckSaysWhatAProfileCanMakeWeirHold) {
  const std::string path = testing::TempDir() + "weir-worst-" + std::to_string(getpid()) + ".toml";
  const auto said = [&path](const std::string& text, const Words& more = {}) {
    std::ofstream(path) << text;
    Words words = {"check", path};
    words.insert(words.end(), more.begin(), more.end());
    const Answer answer = ask(words);
    EXPECT_EQ(answer.code, kGood) << answer.err;
    const std::string head = path + ": ok\n" + path + ": ";
    return answer.out.substr(std::min(head.size(), answer.out.size()));
  };
  EXPECT_EQ(said("[impair]\nreset = '1%'\n"), "worst case: no frame is held\n");
  EXPECT_EQ(said("[impair]\nlatency = '100ms'\n"),
            "worst case at 10 Gbit/s each way: 81274 frames of 1514 bytes held, or 1488095 of 60 bytes; weir has room "
            "for 49152, and for all of them with --link-rate at that (849 MiB of buffers): or give it shorter delays, "
            "or at most 6.05 Gbit/s of full frames (0.33 Gbit/s of the smallest) each way\n");
  EXPECT_EQ(said("[impair]\nlatency = '100ms'\n", {"--link-rate", "100Mbit"}),
            "worst case at 0.1 Gbit/s each way: 812 frames of 1514 bytes held, or 14880 of 60 bytes; weir has room for "
            "49152\n");
  std::filesystem::remove(path);
}

TEST(Dispatch, CheckNeedsAFile) {
  expect_refused({"check"}, "weir check: a file is missing: weir check FILE...");
  expect_refused({"check", "--all"}, "weir check: unknown option --all");
  expect_refused({"check", "--schema", "x"}, "weir check: --schema stands alone: weir check --schema");
  expect_refused({"check", "--link-rate", "0", "x"}, "weir check: --link-rate: \"0\" would let nothing pass");
  EXPECT_TRUE(ask({"check", "--schema"}).out.starts_with("{\n  \"$schema\""));
}

TEST(Dispatch, ExplainPrintsTheProfileThatAPresetOrFlagsStandFor) {
  EXPECT_EQ(ask({"explain", "--latency", "150", "--seed", "7"}).out,
            "seed = 7\n\n[impair.latency]\ndelay = \"150ms\"\nper = \"exchange\"\nhold = \"response\"\n");
  const Answer answer = ask({"explain", "wpt-3g", "--speed", "2M"});
  EXPECT_EQ(answer.code, kGood);
  EXPECT_NE(answer.out.find("delay = \"150ms\""), std::string::npos);
  EXPECT_NE(answer.out.find("rate = \"2MB/s\""), std::string::npos);
  EXPECT_EQ(ask({"explain", "wpt-3g"}).out, ask({"explain", "--profile", "wpt-3g"}).out);
}

TEST(Dispatch, ExplainSaysWhichTrafficComesUnderWhat) {
  const std::string path = testing::TempDir() + "weir-explain-" + std::to_string(getpid()) + ".toml";
  std::ofstream(path) << "match = { protocol = 'tcp', share = '10%' }\n[[rule]]\nname = 'api'\n"
                         "match = { host = '*.example.org', path = ['/a', '/b'], client = '10.0.0.0/8' }\n"
                         "impair = { latency = 5 }\n[[rule]]\nname = 'dns'\n"
                         "match = { protocol = ['udp', 'rest'], server-port = '53..54' }\n";
  EXPECT_EQ(ask({"explain", path})
                .out.find("# The first that matches takes the traffic:\n"
                          "#  1. rule \"api\": http with client 10.0.0.0/8, host *.example.org, path "
                          "/a or /b\n"
                          "#  2. rule \"dns\": udp or rest with server-port 53..54 (left alone)\n"
                          "#  3. [impair]: tcp with 10% of the connections; what is left is not "
                          "touched\n\nseed = 1\n"),
            0U)
      << ask({"explain", path}).out;
  std::filesystem::remove(path);
}

TEST(Dispatch, WhatCannotBeExplained) {
  expect_refused({"explain", "wpt-3g", "--client", "10.0.0.0/8"}, "weir explain: --client needs --pcap IN.pcap");
  EXPECT_EQ(ask({"explain", "wpt-3g", "--pcap", "/nonexistent/x.pcap"}).code, kFailed);
  expect_refused({"explain"}, "weir explain: what is to be explained? weir explain FILE|PRESET|impairment flags");
  expect_refused({"explain", "--latency", "5", "wpt-3g"},
                 "weir explain: unexpected argument \"wpt-3g\" (a file or preset stands before the flags, alone)");
  expect_refused({"explain", "wpt-3g", "--profile", "wpt-2g"},
                 "weir explain: wpt-3g and --profile wpt-2g are two profiles: name one");
  expect_refused({"explain", "wpt-3g", "--log", "x"}, "weir explain: unknown option --log");
}

TEST(Dispatch, Presets) {
  EXPECT_NE(ask({"presets"}).out.find("wpt-3g "), std::string::npos);
  EXPECT_TRUE(ask({"presets", "wpt-3g"}).out.starts_with("wpt-3g: 1600/768 kbit/s down/up, 300 ms round trip\n"));
  expect_refused({"presets", "wpt-3h"}, "weir presets: \"wpt-3h\" is no preset (did you mean wpt-3g?)");
  expect_refused({"presets", "a", "b"}, "weir presets: one preset at a time, not also b");
}

TEST(Dispatch, FailureAtRunTimeIsOneLineAndAnotherCode) {
  const Answer failed = ask({"run", "--link", "a,b", "--name", "fails"});
  EXPECT_EQ(failed.code, kFailed);
  EXPECT_EQ(failed.err, "weir run: eth1: no such interface\n");
  const Answer surprised = ask({"run", "--link", "a,b", "--name", "surprises"});
  EXPECT_EQ(surprised.code, kFailed);
  EXPECT_EQ(surprised.err, "weir run: two?lines\n");
}

TEST(Dispatch, FilesThatCannotBeWrittenAreRefusedBeforeAnythingStarts) {
  expect_refused({"run", "--link", "a,b", "--log", "/nonexistent/x"},
                 "weir run: --log: cannot write /nonexistent/x: No such file or directory");
  expect_refused({"exec", "--stats", "/", "--", "true"}, "weir exec: --stats: cannot write /: Is a directory");
}

TEST(Dispatch, TryingAFileKeepsItsContents) {
  const std::string path = testing::TempDir() + "weir-dispatch-" + std::to_string(getpid());
  std::ofstream(path) << "kept";
  EXPECT_EQ(ask({"run", "--link", "a,b", "--log", path}).code, kRan);
  EXPECT_EQ(std::filesystem::file_size(path), 4U);
  std::filesystem::remove(path);
}

TEST(Dispatch, Version) {
  const Answer answer = ask({"--version"});
  EXPECT_EQ(answer.code, kGood);
  EXPECT_TRUE(answer.out.starts_with("weir 0.1.0 (")) << answer.out;
  EXPECT_EQ(std::ranges::count(answer.out, '\n'), 1);
}

TEST(Dispatch, HelpGoesToStdout) {
  for (const Words& words : {Words{"help"}, Words{"--help"}, Words{"-h"}}) {
    EXPECT_EQ(ask(words).code, kGood);
    EXPECT_NE(ask(words).out.find("usage: weir COMMAND"), std::string::npos);
  }
  EXPECT_EQ(ask({"help", "run"}).out, run_help());
  EXPECT_EQ(ask({"run", "--help"}).out, run_help());
  EXPECT_EQ(ask({"help", "exec"}).out, exec_help());
  EXPECT_EQ(ask({"exec", "-h"}).out, exec_help());
  EXPECT_EQ(ask({"replay", "-h"}).out, replay_help());
  for (const std::string command : {"check", "explain", "presets"}) {
    EXPECT_EQ(ask({"help", command}).out, ask({command, "--help"}).out);
    EXPECT_NE(ask({"help", command}).out.find("usage: weir " + command), std::string::npos);
  }
}

TEST(Dispatch, HelpBehindTheDashesIsNotForUs) {
  EXPECT_EQ(ask({"exec", "--", "ls", "--help"}).code, kExecuted);
}

}  // namespace
}  // namespace weir
