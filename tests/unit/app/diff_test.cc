#include "weir/diff.h"

#include <gtest/gtest.h>

#include <array>
#include <sstream>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"
#include "weir/dispatch.h"

namespace weir {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kLine =
    R"({"t_ns": 1, "link": 0, "flow": "10.9.0.1:4>10.9.0.2:80", "k": 0, "event": "open", "n": 0, "drawn": 0, "rule": "default"})";

std::string error_of(const Words& words) {
  std::ostringstream out;
  return message_of<UsageError>([&] { (void)diff(words, out); });
}

TEST(Diff, ALogThatIsCutOffIsComparedAsFarAsItGoes) {
  const ScratchFile a("a.jsonl");
  const ScratchFile b("b.jsonl");
  a.write(std::string(kLine) + "\n");
  b.write(std::string(kLine) + "\n" + std::string(kLine.substr(0, 40)));
  std::ostringstream same;
  EXPECT_EQ(diff(Words{a.path(), b.path()}, same), kGood);
  EXPECT_EQ(same.str(), "note: " + b.path() + ": the last line is cut off: it is not counted\n" +
                            "nothing differs: 1 decisions of 1 connections are the same\n");
  b.write(std::string(kLine.substr(0, 40)));
  EXPECT_EQ(error_of(Words{a.path(), b.path()}),
            b.path() + ":1: not a decision: a JSON object with t_ns, link, flow, k and event");
}

TEST(Diff, SaysThatNothingDiffersOrWhatDoes) {
  const ScratchFile a("a.jsonl");
  const ScratchFile b("b.jsonl");
  a.write(std::string(kLine) + "\n");
  b.write(std::string(kLine) + "\n");
  std::ostringstream same;
  EXPECT_EQ(diff(Words{a.path(), b.path()}, same), kGood);
  EXPECT_EQ(same.str(), "nothing differs: 1 decisions of 1 connections are the same\n");
  b.write("");
  std::ostringstream differs;
  EXPECT_EQ(diff(Words{a.path(), b.path()}, differs), kDifferent);
  EXPECT_EQ(differs.str(), "the first difference is decision 0 of link 0, 10.9.0.1 > 10.9.0.2:80, k 0:\n" + a.path() +
                               ":1: " + std::string(kLine) + "\n" + b.path() + ": no more decisions of it\n");
}

TEST(Diff, TwoFilesAreCompared) {
  EXPECT_EQ(error_of({}), "0 files are given, two logs are compared: weir diff A.jsonl B.jsonl");
  EXPECT_EQ(error_of({"a"}), "1 file is given, two logs are compared: weir diff A.jsonl B.jsonl");
  EXPECT_EQ(error_of({"a", "b", "--all"}), "unknown option --all (weir diff A.jsonl B.jsonl)");
}

}  // namespace
}  // namespace weir
