#include "record/log_reader.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"

namespace weir {
namespace {

TEST(LogReader, HandsOutLinesAndKnowsWhetherTheLastIsWhole) {
  const ScratchFile file("lines.jsonl");
  file.write("one\ntwo");
  LogReader lines(file.path());
  std::string line;
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "one");
  EXPECT_FALSE(lines.is_cut_off());
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "two");
  EXPECT_EQ(lines.number(), 2U);
  EXPECT_TRUE(lines.is_cut_off());
  EXPECT_FALSE(lines.next(line));
  EXPECT_EQ(message_of<UsageError>([&] { lines.refuse(); }),
            file.path() + ":2: not a decision: a JSON object with t_ns, link, flow, k and event");
}

TEST(LogReader, WhatCannotBeRead) {
  EXPECT_EQ(message_of<UsageError>([] { LogReader lines("/nonexistent/log"); }),
            "cannot read /nonexistent/log: No such file or directory");
  std::string line;
  EXPECT_EQ(message_of<UsageError>([&] { (void)LogReader("/").next(line); }), "cannot read /: Is a directory");
}

TEST(ParseLogged, TakesEveryField) {
  LoggedEvent event;
  ASSERT_TRUE(parse_logged(
      R"({"t_ns": 5, "link": 1, "flow": "[fd09::1]:4>[fd09::2]:80", "k": 17, "event": "latency", "n": 3, "drawn": 84.25,)"
      R"( "rule": "a \"b\"", "due_ns": 9, "done_ns": 11, "abandoned": true, "hit": false, "extra": {"t_ns": [1, "x"]}})",
      event));
  EXPECT_EQ(event.t_ns, 5);
  EXPECT_EQ(event.link, 1U);
  EXPECT_EQ(event.flow, "[fd09::1]:4>[fd09::2]:80");
  EXPECT_EQ(event.k, 17U);
  EXPECT_EQ(event.event, "latency");
  EXPECT_EQ(event.drawn, 84.25);
  EXPECT_EQ(event.rule, "a \"b\"");
  EXPECT_EQ(event.due_ns, 9);
  EXPECT_EQ(event.done_ns, 11);
  EXPECT_TRUE(event.abandoned);
  EXPECT_FALSE(event.hit);
}

TEST(ParseLogged, NothingIsLeftOfTheLineBefore) {
  LoggedEvent event;
  ASSERT_TRUE(
      parse_logged(R"({"t_ns": 5, "event": "jitter", "due_ns": 9, "done_ns": 11, "hit": false, "drawn": 1})", event));
  ASSERT_TRUE(parse_logged(R"({"t_ns": 6, "event": "phase", "phase": "rush hour", "drawn": null})", event));
  EXPECT_EQ(event.phase, "rush hour");
  EXPECT_FALSE(event.due_ns || event.done_ns || event.drawn);
  EXPECT_TRUE(event.hit);
}

TEST(ParseLogged, WhatIsNoDecision) {
  LoggedEvent event;
  for (const char* line :
       {"", "{", "5", "\"text\"", "null", "[]", "{}", R"([{"t_ns": 1, "event": "open"}])", R"({"t_ns": 1})",
        R"({"event": "open"})", R"({"t_ns": -1, "event": "open"})", R"({"t_ns": 1.5, "event": "open"})",
        R"({"t_ns": "1", "event": "open"})", R"({"t_ns": 1, "event": 3})", R"({"t_ns": 1, "event": "open"} x)",
        R"({"t_ns": 1, "event": "open", "due_ns": []})", R"({"t_ns": 1, "event": "open", "hit": 1})",
        R"({"t_ns": 18446744073709551615, "event": "open"})",
        R"({"t_ns": 1, "event": "open", "flow": {"event": "x"}})"}) {
    EXPECT_FALSE(parse_logged(line, event)) << line;
  }
}

}  // namespace
}  // namespace weir
