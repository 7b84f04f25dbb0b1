// What a report says of phases: asked beside achieved, word for word.
#include "record/report_phases.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "record/report_page.h"
#include "record/report_text.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"
#include "unit/record/report_lines.h"

namespace weir {
namespace {

std::string told_line(const std::string& event, const std::string& t_ns, const std::string& rest) {
  return R"({"t_ns": )" + t_ns + R"(, "link": 0, "flow": "", "k": 0, "event": ")" + event +
         R"(", "n": 0, "drawn": 0, "rule": "default", )" + rest + "}\n";
}

const std::string kCalm =
    R"({"latency": {"min_ms": 10, "max_ms": 30, "mean_ms": 20, "p50_ms": 20, "p99_ms": 29.8}, "reset": {"prob": 0.1}})";
const std::string kStorm = R"({"latency": {"min_ms": 100, "max_ms": 100, "mean_ms": 100, "p50_ms": 100, "p99_ms": 100},
"jitter": {"prob": 0.5, "min_ms": 30, "max_ms": 50, "mean_ms": 40},
"speed": {"min_bytes_per_s": 1000, "max_bytes_per_s": 1000}})";

std::string storm_at(const std::string& t_ns) {
  std::string one_line = kStorm;
  std::erase(one_line, '\n');
  return told_line("asked", t_ns, R"("phase": "storm", "asked": )" + one_line);
}

/// 2 s of calm, a storm of 1 s, and calm again up to 4 s. The first line under the storm stands before what tells of
/// it.
const std::string kLog =
    told_line("asked", "0", R"("phase": "", "asked": )" + kCalm) +
    report_line("latency", R"("t_ns": 1000000000, "drawn": 12, "due_ns": 1012000000, "done_ns": 1012000000)") +
    report_line("reset", R"("t_ns": 1000000001, "drawn": 0.05)") +
    told_line("missed", "1900000000", R"("of": "reset", "count": 3)") +
    told_line("carried", "2000000000", R"("since_ns": 0, "up_bytes": 200, "down_bytes": 4000)") +
    report_line("latency", R"("t_ns": 2000000000, "drawn": 100, "due_ns": 2100000000, "done_ns": 2150000000)") +
    R"({"t_ns": 2000000000, "event": "phase", "phase": "storm"})"
    "\n" +
    storm_at("2000000000") +
    report_line("jitter", R"("t_ns": 2500000000, "drawn": 40, "due_ns": 2540000000, "done_ns": 2540000000)") +
    told_line("missed", "2600000000", R"("of": "jitter", "count": 1)") +
    told_line("carried", "3000000000",
              R"("since_ns": 2000000000, "up_bytes": 100, "down_bytes": 1100, "limited_bytes": 900)") +
    told_line("asked", "3000000000", R"("phase": "", "asked": )" + kCalm) +
    report_line("latency", R"("t_ns": 3900000000, "drawn": 28, "due_ns": 3928000000, "done_ns": 4000000000)");

ReportFacts facts_of(const std::string& log) {
  const ScratchFile file("phases.jsonl");
  file.write(log);
  return read_report_facts(file.path());
}

std::string text_from(const std::string& log, const std::string& title) {
  const std::string text = report_text(facts_of(log), {});
  return text.substr(std::min(text.find(title), text.size()));
}

TEST(ReportPhases, PutsWhatWasAskedForBesideWhatCame) {
  EXPECT_EQ(text_from(kLog, "phases\n"), R"(phases
  phase  begins at, s  ends at, s
  storm         2.000       3.000

latency by phase, ms
  phase, rule                   count   asked  asked mean     mean  asked p50      p50  asked p99      p99  held mean  held p99
  (outside of phases), default      2  10..30      20.000   20.000     20.000   12.000     29.800   28.000     56.000   100.000
  storm, default                    1     100     100.000  100.000    100.000  100.000    100.000  100.000    150.000   150.000
  (mean, p50, p99: as drawn; asked mean: over the time that it was asked for; held: how long first bytes were held, by whatever)

resets by phase
  phase, rule                   draws  struck  share  asked  asked mean
  (outside of phases), default      4       1   0.25    0.1       0.100

outages by phase
  phase, rule     draws  struck  share  asked  mean ms  asked ms  asked mean ms
  storm, default      2       1    0.5    0.5   40.000    30..50         40.000
  (as drawn)

rate by phase, bytes a second
  phase, way                        seconds  busy, s  bytes  achieved  asked  asked mean
  (outside of phases), frames up      3.000    2.000    200       100      -           -
  (outside of phases), frames down    3.000    2.000   4000      2000      -           -
  storm, limited                      1.000    1.000    900       900   1000        1000
  storm, frames up                    1.000    1.000    100       100      -           -
  storm, frames down                  1.000    1.000   1100      1100      -           -
  (limited: what passed the limiter, by its account; frames: all that left, whole frames; achieved: over the seconds in which anything left)
)");
}

TEST(ReportPhases, SingleFramesAreCountedInThePhaseThatTheyCrossedIn) {
  const std::string log = told_line("asked", "0", R"("phase": "", "asked": {})") + report_line("drop", R"("t_ns": 1)") +
                          report_line("duplicate", R"("t_ns": 2)") +
                          told_line("asked", "1000", R"("phase": "storm", "asked": {})") +
                          report_line("drop", R"("t_ns": 1000)") + report_line("drop", R"("t_ns": 1001)") +
                          report_line("corrupt", R"("t_ns": 1002)") + report_line("reorder", R"("t_ns": 1003)");
  EXPECT_EQ(text_from(log, "single frames by phase"), R"(single frames by phase
  phase, rule                   dropped  duplicated  corrupted  reordered
  (outside of phases), default        1           1          0          0
  storm, default                      2           0          1          1
  (how many were drawn for is not in the log)
)");
}

TEST(ReportPhases, ARunWithoutPhasesIsOne) {
  const std::string log = told_line("asked", "0", R"("phase": "", "asked": )" + kCalm) +
                          report_line("latency", R"("t_ns": 1000000000, "drawn": 12)");
  EXPECT_NE(text_from(log, "latency by phase").find("\n  (whole run), default "), std::string::npos);
}

TEST(ReportPhases, MissedDrawsAreCountedInAll) {
  const ReportFacts facts = facts_of(kLog);
  EXPECT_EQ(facts.of("reset").missed, 3U);
  EXPECT_EQ(facts.of("jitter").missed, 1U);
  EXPECT_EQ(facts.decisions, 6U) << "what is no decision is none";
}

TEST(ReportPhases, ThePageShowsWhatPassedTheLimiterBesideItsRate) {
  const std::string page = report_page(facts_of(kLog), {});
  for (const char* part :
       {"<h2>Rate</h2>", "</span>asked", "<h2>Carried</h2>", "rate over time", "carried over time"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
}

TEST(ReportPhases, ALineThatTellsItOtherwiseIsRefused) {
  const auto refusal = [](const std::string& line) {
    const std::string text = message_of<UsageError>([&] { (void)facts_of(line + kLog); });
    return text.substr(text.rfind(".jsonl") + 6);
  };
  const std::string why = ":1: not a decision: a JSON object with t_ns, link, flow, k and event";
  EXPECT_EQ(refusal(told_line("asked", "0", R"("phase": 4, "asked": {})")), why);
  EXPECT_EQ(refusal(told_line("carried", "0", R"("since_ns": 9, "up_bytes": 0, "down_bytes": 0)")), why);
  EXPECT_EQ(refusal(told_line("missed", "0", R"("of": "reset", "count": -1)")), why);
}

}  // namespace
}  // namespace weir
