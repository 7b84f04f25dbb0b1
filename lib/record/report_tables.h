// What a report says, as tables of text: the same cells on the terminal and on the page, so that neither says what the
// other doesn't. Pure; control thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/report_asked.h"
#include "record/report_facts.h"

namespace weir {

struct ReportTable {
  std::string title;
  std::vector<std::string> columns;  // the first one is text, the others numbers
  std::vector<std::vector<std::string>> rows;
  std::string note;  // a sentence or none
};

/// Those that have something to say, in their order.
[[nodiscard]] std::vector<ReportTable> report_tables(const ReportFacts& facts, const std::optional<ReportAsked>& asked);

/// "run.jsonl: 345 decisions between 0.032 s and 12.345 s", and what the statistics say of the run as a whole.
[[nodiscard]] std::vector<std::string> report_summary(const ReportFacts& facts,
                                                      const std::optional<ReportAsked>& asked);

/// What a reader has to know to trust the numbers: a line that was cut off, events that this weir does not know, frames
/// that left early.
[[nodiscard]] std::vector<std::string> report_remarks(const ReportFacts& facts);

}  // namespace weir
