#include "record/report_facts.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"
#include "unit/record/report_lines.h"

namespace weir {
namespace {

ReportFacts facts_of(const std::string& log) {
  const ScratchFile file("facts.jsonl");
  file.write(log);
  return read_report_facts(file.path());
}

TEST(ReportFacts, CountsWhatALogSays) {
  const ReportFacts facts = facts_of(kReportLog);
  EXPECT_EQ(facts.decisions, 14U);
  EXPECT_EQ(facts.of("latency").struck, 3U);
  EXPECT_EQ(facts.of("reset").struck, 1U);
  EXPECT_EQ(facts.of("reset").missed, 1U);
  EXPECT_EQ(facts.first_ns, 0);
  EXPECT_EQ(facts.last_ns, 1'000'000'000);
  ASSERT_EQ(facts.rules.size(), 2U);
  EXPECT_EQ(facts.rules[0].name, "default");
  EXPECT_EQ(facts.rules[0].drawn_ns.count(), 2U);
  EXPECT_EQ(facts.rules[0].drawn_ns.largest(), 40'000'000U);
  EXPECT_EQ(facts.rules[0].held_ns.largest(), 30'000'500U);
  EXPECT_EQ(facts.rules[0].abandoned, 1U);
  EXPECT_EQ(facts.rules[0].stalled_ns.sum(), 30e6);
  EXPECT_EQ(facts.rules[1].name, "api");
  EXPECT_EQ(facts.timeline.count(2, EventBars::Lane::kOutage), 1U);
  EXPECT_EQ(facts.timeline.count(70, EventBars::Lane::kReset), 1U);
  EXPECT_EQ(facts.timeline.count(72, EventBars::Lane::kDrop), 1U);
}

TEST(ReportFacts, AFrameIsLateAgainstTheLastOfItsDecisions) {
  const ReportFacts facts = facts_of(kReportLog);
  EXPECT_EQ(facts.lateness_ns.count(), 2U) << "three decisions held two frames that left";
  EXPECT_EQ(facts.lateness_ns.least(), 500U);
  EXPECT_EQ(facts.lateness_ns.largest(), 2'000U);
  EXPECT_EQ(facts.early, 0U);
}

TEST(ReportFacts, EarlyAndUnfinishedFramesAreCounted) {
  const ReportFacts facts = facts_of(report_line("latency", R"("t_ns": 1, "drawn": 1, "due_ns": 9, "done_ns": 8)") +
                                     report_line("latency", R"("t_ns": 2, "drawn": 1, "due_ns": 10)"));
  EXPECT_EQ(facts.early, 1U);
  EXPECT_EQ(facts.unfinished, 1U);
  EXPECT_EQ(facts.lateness_ns.largest(), 0U);
}

TEST(ReportFacts, TwoLimitersAreToldApart) {
  const ReportFacts facts = facts_of(kReportLog);
  EXPECT_EQ(facts.rates[0].whole().count, 2U);
  EXPECT_EQ(facts.rates[0].whole().mean(), 2'000);
  EXPECT_EQ(facts.rates[1].whole().count, 1U);
  EXPECT_EQ(facts.rates[1].whole().mean(), 5'000);
}

TEST(ReportFacts, ReadsPhasesAndEventsOfANewerWeir) {
  const ReportFacts facts = facts_of(kReportLog + report_line("teleport", R"("t_ns": 4)"));
  ASSERT_EQ(facts.phases.size(), 2U);
  EXPECT_EQ(facts.phases[0].name, "calm");
  EXPECT_EQ(facts.phases[1].t_ns, 900'000'000);
  EXPECT_EQ(facts.unknown.at("teleport"), 1U);
}

TEST(ReportFacts, RulesEventsAndPhasesAreBounded) {
  std::string log;
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(i);
    log += report_line("open", R"("t_ns": 1)", "r" + number);
    log += report_line("new" + number, R"("t_ns": 1)");
    log += R"({"t_ns": 1, "event": "phase", "phase": "p"})"
           "\n";
  }
  const ReportFacts facts = facts_of(log);
  EXPECT_EQ(facts.rules.size(), ReportFacts::kMostRules + 1);
  EXPECT_EQ(facts.rules.back().name, "(further rules)");
  EXPECT_EQ(facts.rules.back().events[0].struck, 300 - ReportFacts::kMostRules);
  EXPECT_EQ(facts.more_unknown, 300 - ReportFacts::kMostUnknown);
  EXPECT_EQ(facts.more_phases, 300 - ReportFacts::kMostPhases);
}

TEST(ReportFacts, ALastLineWithoutItsEndIsNotedAndAnyOtherRefused) {
  const std::string good = report_line("open", R"("t_ns": 1)");
  EXPECT_TRUE(facts_of(good + "{\"t_ns\": 4, \"ev").cut_off);
  EXPECT_EQ(facts_of(good + "{\"t_ns\": 4, \"ev").decisions, 1U);
  EXPECT_FALSE(facts_of(good + R"({"t_ns": 4, "event": "close"})").cut_off) << "only its newline is missing";
  EXPECT_EQ(facts_of("").decisions, 0U);
  const auto refusal = [](const std::string& log) {
    const std::string text = message_of<UsageError>([&] { (void)facts_of(log); });
    return text.substr(text.rfind(".jsonl") + 6);
  };
  const std::string why = ": not a decision: a JSON object with t_ns, link, flow, k and event";
  EXPECT_EQ(refusal(good + "{\"t_ns\": 4}\n" + good), ":2" + why);
  EXPECT_EQ(refusal("\x7f"
                    "ELF"),
            ":1" + why);
}

}  // namespace
}  // namespace weir
