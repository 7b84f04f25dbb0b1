#include "record/report_text.h"

#include <gtest/gtest.h>

#include "unit/record/capture_bytes.h"
#include "unit/record/report_lines.h"

namespace weir {
namespace {

ReportFacts facts_of(const std::string& log) {
  const ScratchFile file("text.jsonl");
  file.write(log);
  ReportFacts facts = read_report_facts(file.path());
  facts.path = "run.jsonl";
  return facts;
}

ReportAsked asked() {
  ReportAsked asked;
  asked.path = "run.json";
  asked.version = "1";
  asked.seed = 7;
  asked.kept_promises = true;
  asked.rules["default"] = {.latency_ms = AskedRange{20, 40},
                            .jitter_ms = AskedRange{30, 30},
                            .jitter_prob = 0.5,
                            .reset_prob = 0.125,
                            .reset_at = "response",
                            .reset_how = "rst"};
  asked.speed = AskedRange{1'000, 3'000};
  asked.speed_down = AskedRange{5'000, 5'000};
  asked.latency_mean_ms = 25.0;
  asked.reset_share = 0.5;
  asked.reset_draws = 2;
  asked.lateness_ns = RunLateness{500, 2'047, 2'047, 2'000};
  return asked;
}

TEST(ReportText, SaysWhatTheLogSays) {
  EXPECT_EQ(report_text(facts_of(kReportLog), {}), R"(run.jsonl: 14 decisions between 0.000 s and 1.000 s

events
  event    struck  missed
  open          1       0
  latency       3       0
  jitter        1       0
  reset         1       1
  drop          1       0
  rate          3       0
  close         1       0
  phase         2       0
  (missed: draws that did not strike)

latency drawn, ms
  rule     count     min     p50     p90     p99     max    mean
  default      2  20.000  20.000  40.000  40.000  40.000  30.000
  api          1  10.000  10.000  10.000  10.000  10.000  10.000

latency achieved, ms
  rule     count     min     p50     p90     p99     max    mean  abandoned
  default      1  30.000  30.000  30.000  30.000  30.000  30.000          1
  api          1  10.002  10.002  10.002  10.002  10.002  10.002          0
  (how long first bytes were held, by whatever held them; abandoned: dropped instead)

lateness, us
  of   count  early    p50    p99  p99.9    max
  log      2      0  0.500  2.000  2.000  2.000
  (log: done - due of frames that decisions held. Waiting for the rate, for an outage that had begun before, or behind another frame is in it)

resets
  rule     struck  missed  at  how  asked
  default       1       1   -    -      -
  (where connections were cut stands in the statistics (--stats))

outages (jitter), ms
  rule     count  in all, s     min    mean     max  missed  asked  asked prob
  default      1      0.030  30.000  30.000  30.000       0      -           -
  (as drawn)

rate, bytes a second
  limiter  redraws   min  mean   max  asked
  up             2  1000  2000  3000      -
  down           1  5000  5000  5000      -

single frames
  rule     dropped  duplicated  corrupted  reordered  absorbed
  default        1           0          0          0         0
  (drops at the limiter's queue and absorbed retransmissions are logged under --log-all only)

phases
  phase            begins at, s
  calm                    0.001
  <rush> & "hour"         0.900
)");
}

TEST(ReportText, PutsWhatWasAskedForBesideIt) {
  const std::string text = report_text(facts_of(kReportLog), asked());
  for (const char* line :
       {"run.json: weir 1, seed 7, all promises kept\n", "  latency, mean ms  20..40    25.000      -\n",
        "  reset, share       0.125       0.5      2\n",
        "  default      2  20.000  20.000  40.000  40.000  40.000  30.000  20..40\n",
        "  statistics      -      -  0.500  2.047  2.047  2.000\n", "  default       1       1  response  rst  0.125\n",
        "  default      1      0.030  30.000  30.000  30.000       0     30         0.5\n",
        "  up             2  1000  2000  3000  1000..3000\n", "  down           1  5000  5000  5000        5000\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(ReportText, NotesWhatAReaderHasToKnow) {
  ReportAsked broken = asked();
  broken.kept_promises = false;
  broken.broken = {"1 frame left early"};
  const std::string text =
      report_text(facts_of(report_line("latency", R"("t_ns": 1, "drawn": 1, "due_ns": 9, "done_ns": 8)") +
                           report_line("latency", R"("t_ns": 2, "drawn": 1, "due_ns": 10)") +
                           report_line("te\\nport", R"("t_ns": 4)") + "{\"t_ns"),
                  broken);
  EXPECT_TRUE(text.starts_with(R"(run.jsonl: 3 decisions between 0.000 s and 0.000 s
run.json: weir 1, seed 7, promises were broken
promise not kept: 1 frame left early
note: the last line is cut off: it is not counted
note: 1 frames left before they were due
note: 1 decisions held a frame that was still held when the log ended
note: event "te?port" is not known to this weir: 1 lines of it are not counted
)")) << text;
}

TEST(ReportText, OfAnEmptyLog) {
  EXPECT_EQ(report_text(facts_of(""), {}), "run.jsonl: 0 decisions\n");
}

}  // namespace
}  // namespace weir
