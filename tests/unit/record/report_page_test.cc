#include "record/report_page.h"

#include <gtest/gtest.h>

#include "unit/record/capture_bytes.h"
#include "unit/record/report_lines.h"

namespace weir {
namespace {

std::string page_of(const std::string& log) {
  const ScratchFile file("page.jsonl");
  file.write(log);
  return report_page(read_report_facts(file.path()), {});
}

std::size_t count_in(const std::string& text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(ReportPage, HasAPlotForWhatThereIs) {
  const std::string page = page_of(kReportLog);
  for (const char* title : {"Latency, rule default", "Latency, rule api", "Rate, up", "Rate, down", "Outages", "Resets",
                            "Drops", "Lateness"}) {
    EXPECT_NE(page.find("<h2>" + std::string(title) + "</h2>"), std::string::npos) << title;
  }
  EXPECT_EQ(count_in(page, "<svg "), 8U);
  EXPECT_EQ(count_in(page, "class=\"mark\""), 10U) << "two phases on each of the five plots over time";
  EXPECT_EQ(count_in(page, "&lt;rush&gt; &amp; &quot;hour&quot;"), 6U) << "and in the table";
  EXPECT_EQ(count_in(page, "<rush>"), 0U);
}

TEST(ReportPage, NeedsNothingFromElsewhere) {
  const std::string page = page_of(kReportLog);
  for (const char* outside : {"http", "<script", "<link", "<img", "url(", "@import", "src="}) {
    EXPECT_EQ(count_in(page, outside), 0U) << outside;
  }
}

TEST(ReportPage, OfAnEmptyLogHasNoPlot) {
  const std::string page = page_of("");
  EXPECT_EQ(count_in(page, "<svg "), 0U);
  EXPECT_NE(page.find(": 0 decisions</p>"), std::string::npos);
}

TEST(ReportPage, ManyRulesArePlottedInPart) {
  std::string log;
  for (int i = 0; i < 12; ++i) {
    log += report_line("latency", R"("t_ns": 1, "drawn": 1, "due_ns": 9, "done_ns": 9)", "r" + std::to_string(i));
  }
  const std::string page = page_of(log);
  EXPECT_EQ(count_in(page, "<h2>Latency, rule "), 8U);
  EXPECT_NE(page.find("4 more rules: see the tables"), std::string::npos);
}

}  // namespace
}  // namespace weir
