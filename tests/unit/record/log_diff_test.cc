#include "record/log_diff.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"

namespace weir {
namespace {

/// A line of a log. What is not named is the same in all.
std::string line(std::int64_t t_ns, const std::string& flow, int k, int n, const std::string& drawn) {
  return "{\"t_ns\": " + std::to_string(t_ns) + ", \"link\": 0, \"flow\": \"" + flow +
         "\", \"k\": " + std::to_string(k) + ", \"event\": \"latency\", \"n\": " + std::to_string(n) +
         ", \"drawn\": " + drawn + ", \"rule\": \"default\", \"due_ns\": " + std::to_string(t_ns + 5) + "}\n";
}
const std::string kFlow = "10.9.0.1:40112>10.9.0.2:80";

class LogDiffTest : public testing::Test {
 protected:
  LogComparison compare(const std::string& a, const std::string& b) const {
    a_.write(a);
    b_.write(b);
    return compare_logs(a_.path(), b_.path());
  }

  const ScratchFile a_{"a.jsonl"};
  const ScratchFile b_{"b.jsonl"};
};

TEST_F(LogDiffTest, TimesPortsAndTheOrderOfConnectionsDoNotCount) {
  const std::string other = "[fd09::1]:50000>[fd09::2]:443";
  const LogComparison same =
      compare(line(10, kFlow, 0, 0, "1.5") + line(20, other, 3, 0, "2") + line(30, kFlow, 0, 1, "7"),
              line(5, "[fd09::1]:1>[fd09::2]:443", 3, 0, "2") + line(9, "10.9.0.1:9>10.9.0.2:80", 0, 0, "1.5") +
                  line(99, "10.9.0.1:9>10.9.0.2:80", 0, 1, "7"));
  EXPECT_FALSE(same.first);
  EXPECT_EQ(same.decisions, 3U);
  EXPECT_EQ(same.connections, 2U);
}

TEST_F(LogDiffTest, PhasesAndRedrawsAreNoConnections) {
  const std::string phase =
      "{\"t_ns\": 1, \"link\": 0, \"flow\": \"\", \"k\": 0, \"event\": \"phase\", \"phase\": \"calm\"}\n";
  const std::string rate =
      "{\"t_ns\": 2, \"link\": 0, \"flow\": \"\", \"k\": 0, \"event\": \"rate\", \"n\": 0, \"drawn\": 1000, "
      "\"rule\": \"default\"}\n";
  const std::string log = phase + rate + line(10, kFlow, 0, 0, "1.5");
  const LogComparison same = compare(log, log);
  EXPECT_FALSE(same.first);
  EXPECT_EQ(same.decisions, 3U);
  EXPECT_EQ(same.connections, 1U);
  const LogComparison found = compare(log, rate + line(10, kFlow, 0, 0, "1.5"));
  ASSERT_TRUE(found.first);
  EXPECT_EQ(found.first->connection, "the phases");
}

TEST_F(LogDiffTest, WhatIsNoDecisionIsPassedOver) {
  const auto told = [](const std::string& event) {
    return R"({"t_ns": 1, "link": 0, "flow": "", "k": 0, "event": ")" + event +
           R"(", "n": 0})"
           "\n";
  };
  const std::string one = line(10, kFlow, 0, 0, "1");
  const LogComparison same = compare(one + told("carried") + told("asked"), told("missed") + one + told("carried"));
  EXPECT_FALSE(same.first);
  EXPECT_EQ(same.decisions, 1U);
  EXPECT_EQ(compare(told("carried") + one, line(10, kFlow, 0, 0, "2")).first->a->line, 2U)
      << "lines keep their numbers";
}

TEST_F(LogDiffTest, TheEarliestDifferenceIsNamed) {
  const LogComparison found =
      compare(line(10, kFlow, 0, 0, "1") + line(30, kFlow, 0, 1, "2") + line(20, kFlow, 1, 0, "3"),
              line(10, kFlow, 0, 0, "1") + line(30, kFlow, 0, 1, "9") + line(25, kFlow, 1, 0, "8"));
  ASSERT_TRUE(found.first);
  EXPECT_EQ(found.first->connection, "link 0, 10.9.0.1 > 10.9.0.2:80, k 1");
  EXPECT_EQ(found.first->place, 0U);
  EXPECT_EQ(found.first->a->line, 3U);
  EXPECT_EQ(found.first->b->line, 3U);
  EXPECT_EQ(found.first->b->text + "\n", line(25, kFlow, 1, 0, "8"));
}

TEST_F(LogDiffTest, ADecisionThatOneLogLacksIsADifference) {
  const std::string both = line(10, kFlow, 0, 0, "1");
  const LogComparison more_in_a = compare(both + line(30, kFlow, 0, 1, "2"), both);
  ASSERT_TRUE(more_in_a.first && more_in_a.first->a);
  EXPECT_EQ(more_in_a.first->place, 1U);
  EXPECT_EQ(more_in_a.first->a->line, 2U);
  EXPECT_FALSE(more_in_a.first->b);
  const LogComparison more_in_b = compare(both, both + line(30, kFlow, 4, 0, "2"));
  ASSERT_TRUE(more_in_b.first && more_in_b.first->b);
  EXPECT_EQ(more_in_b.first->connection, "link 0, 10.9.0.1 > 10.9.0.2:80, k 4");
  EXPECT_FALSE(more_in_b.first->a);
}

TEST_F(LogDiffTest, WhatIsNoLogIsNamedByItsLine) {
  const std::string good = line(10, kFlow, 0, 0, "1");
  const std::string why = ": not a decision: a JSON object with t_ns, link, flow, k and event";
  const auto error = [this](const std::string& a, const std::string& b) {
    return message_of<UsageError>([&] { (void)compare(a, b); });
  };
  EXPECT_EQ(error(good, good + "{\"t_ns\": 4\n"), b_.path() + ":2" + why);
  EXPECT_EQ(error("[]\n", good), a_.path() + ":1" + why);
  EXPECT_EQ(error("{\"t_ns\": 1, \"link\": 0}\n", good), a_.path() + ":1" + why);
  EXPECT_EQ(message_of<UsageError>([] { (void)compare_logs("/nonexistent/a", "/dev/null"); }),
            "cannot read /nonexistent/a: No such file or directory");
}

}  // namespace
}  // namespace weir
