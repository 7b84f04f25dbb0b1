#include "weir/report.h"

#include <gtest/gtest.h>

#include <sstream>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"
#include "unit/record/report_lines.h"
#include "weir/dispatch.h"

namespace weir {
namespace {

using Words = std::vector<std::string>;

std::string error_of(const Words& words) {
  std::ostringstream out;
  return message_of<UsageError>([&] { (void)report(words, out); });
}

TEST(Report, PrintsTheReportAndWritesThePage) {
  const ScratchFile log("run.jsonl");
  const ScratchFile html("run.html");
  log.write(kReportLog);
  std::ostringstream out;
  EXPECT_EQ(report(Words{log.path(), "--html", html.path()}, out), kGood);
  EXPECT_TRUE(out.str().starts_with(log.path() + ": 14 decisions between 0.000 s and 1.000 s\n")) << out.str();
  EXPECT_TRUE(html.read().starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(html.read().ends_with("</body></html>\n"));
}

TEST(Report, RefusesWhatCannotBeMeant) {
  const ScratchFile log("run.jsonl");
  log.write(kReportLog);
  EXPECT_EQ(error_of({}), "the log is missing: weir report LOG.jsonl [--html FILE]");
  EXPECT_EQ(error_of({"a", "b"}), "unexpected argument \"b\" (one log at a time: weir report LOG.jsonl)");
  EXPECT_EQ(error_of({"a", "--htlm", "b"}), "unknown option --htlm (did you mean --html?)");
  EXPECT_EQ(error_of({log.path(), "--html", log.path()}), log.path() + " and " + log.path() + " are the same file");
  EXPECT_EQ(error_of({log.path(), "--html", "/nonexistent/x"}),
            "--html: cannot write /nonexistent/x: No such file or directory");
  EXPECT_EQ(error_of({"/nonexistent/log"}), "cannot read /nonexistent/log: No such file or directory");
  EXPECT_EQ(error_of({log.path(), "--stats", "/nonexistent/s"}),
            "cannot read /nonexistent/s: No such file or directory");
}

TEST(Report, ALogThatIsNoneLeavesNoPage) {
  const ScratchFile log("run.jsonl");
  const ScratchFile html("run.html");
  log.write("not a log\n");
  EXPECT_EQ(error_of({log.path(), "--html", html.path()}),
            log.path() + ":1: not a decision: a JSON object with t_ns, link, flow, k and event");
  EXPECT_FALSE(std::filesystem::exists(html.path()));
}

}  // namespace
}  // namespace weir
