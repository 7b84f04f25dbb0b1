#include "record/report_asked.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "record/statistics_json.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"

namespace weir {
namespace {

ReportAsked asked_by(const std::string& json) {
  const ScratchFile file("asked.json");
  file.write(json);
  return read_report_asked(file.path());
}

TEST(ReportAsked, ReadsWhatARunWrites) {
  RunStatistics run;
  run.version = "9";
  run.asked.seed = 7;
  run.asked.latency = LatencyRule{.hold = {milliseconds(20), milliseconds(120)}};
  run.asked.reset = ResetRule{0.125, Probability(0.125)};
  run.asked.speed = SpeedRule{};
  run.asked.speed->min = run.asked.speed->max = ByteRate{1'000};
  run.totals.reset_draws = 8;
  run.totals.reset_applied = 2;
  const ReportAsked asked = asked_by(to_json(run));
  EXPECT_EQ(asked.version, "9");
  EXPECT_EQ(asked.seed, 7U);
  EXPECT_EQ(asked.of("default").latency_ms->min, 20);
  EXPECT_EQ(asked.of("default").latency_ms->max, 120);
  EXPECT_EQ(asked.of("default").reset_prob, 0.125);
  EXPECT_EQ(asked.of("default").reset_at, "response");
  EXPECT_EQ(asked.of("default").reset_how, "rst");
  EXPECT_FALSE(asked.of("default").jitter_prob);
  EXPECT_FALSE(asked.of("nobody").latency_ms);
  EXPECT_EQ(asked.speed->min, 1'000);
  EXPECT_EQ(asked.reset_share, 0.25);
  EXPECT_EQ(asked.reset_draws, 8U);
  EXPECT_FALSE(asked.latency_mean_ms) << "the mean of nothing is null";
  EXPECT_EQ(asked.lateness_ns->max, 0U);
  EXPECT_TRUE(asked.kept_promises);
}

TEST(ReportAsked, WhatIsMissingIsLeftOpen) {
  const ReportAsked asked = asked_by(R"({"asked": {"rules": [{"name": "api", "latency": {"min_ms": 1, "max_ms": 2}}]},
    "achieved": 5, "kept_promises": false, "broken": ["late", 3]})");
  EXPECT_EQ(asked.of("api").latency_ms->max, 2);
  EXPECT_FALSE(asked.seed || asked.lateness_ns || asked.speed);
  EXPECT_EQ(asked.kept_promises, false);
  EXPECT_EQ(asked.broken, std::vector<std::string>{"late"});
}

TEST(ReportAsked, WhatIsNoStatistics) {
  const ScratchFile file("asked.json");
  for (const char* text : {"", "{", "[]", "5", R"({"asked": {}})"}) {
    file.write(text);
    EXPECT_EQ(message_of<UsageError>([&] { (void)read_report_asked(file.path()); }),
              file.path() + ": not the statistics of a run (--stats): one JSON object");
  }
  EXPECT_EQ(message_of<UsageError>([] { (void)read_report_asked("/nonexistent"); }),
            "cannot read /nonexistent: No such file or directory");
}

}  // namespace
}  // namespace weir
