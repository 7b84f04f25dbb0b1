#include "weir/report.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <vector>

#include "profile/errors.h"
#include "record/report_page.h"
#include "record/report_text.h"
#include "weir/command_line.h"
#include "weir/dispatch.h"
#include "weir/file_in_making.h"
#include "weir/output_files.h"

namespace weir {
namespace {

struct ReportText {
  std::vector<std::string> log;
  std::optional<std::string> html, stats;
};

CommandLine report_line(ReportText& text) {
  CommandLine line("Sums up a decision log: what was drawn, what became of it, and how late frames left.",
                   "weir report LOG.jsonl [options]", "one log at a time: weir report LOG.jsonl");
  line.words(text.log, 1);
  line.heading("options");
  line.value("--html", "FILE", "also as one page with plots, which needs nothing else", text.html);
  line.value("--stats", "FILE", "the run's statistics: what was asked for stands beside what was\nachieved",
             text.stats);
  line.footer(R"(
exit codes: 0 good, 1 the page can't be written, 2 bad arguments, or a file that can't be read or is no log (the line
is named)

example:
  weir report run.jsonl --stats run.json --html run.html)");
  return line;
}

ReportText parse_report(std::span<const std::string> arguments) {
  ReportText text;
  report_line(text).parse(arguments);
  if (text.log.empty()) throw UsageError("the log is missing: weir report LOG.jsonl [--html FILE]");
  std::vector<std::string> files = text.log;
  if (text.html) files.push_back(*text.html);
  if (text.stats) files.push_back(*text.stats);
  require_distinct(files);
  if (text.html) require_writable("--html", *text.html);
  return text;
}

void write_page(const std::string& path, const std::string& page) {
  FileInMaking file(path);
  std::ofstream out(file.path(), std::ios::trunc);
  out << page << std::flush;
  if (!out) throw RunError(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  file.finish();
}

}  // namespace

int report(std::span<const std::string> arguments, std::ostream& out) {
  const ReportText text = parse_report(arguments);
  std::optional<ReportAsked> asked;
  if (text.stats) asked = read_report_asked(*text.stats);
  const ReportFacts facts = read_report_facts(text.log.front());
  if (text.html) write_page(*text.html, report_page(facts, asked));
  out << report_text(facts, asked) << std::flush;
  return kGood;
}

std::string report_help() {
  ReportText text;
  return report_line(text).help();
}

}  // namespace weir
