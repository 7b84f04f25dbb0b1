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

TEST(Dispatch, CommandsOfLaterVersionsSaySo) {
  for (const std::string command : {"replay", "report", "diff"}) {
    expect_refused({command, "x"}, "weir: " + command + ": not in this version");
  }
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
}

TEST(Dispatch, HelpBehindTheDashesIsNotForUs) {
  EXPECT_EQ(ask({"exec", "--", "ls", "--help"}).code, kExecuted);
}

}  // namespace
}  // namespace weir
