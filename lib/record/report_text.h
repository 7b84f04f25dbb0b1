// A report for the terminal. Pure; control thread.
#pragma once

#include <string>

#include "record/report_tables.h"

namespace weir {

/// All of it, ready to be printed; text from the log is made printable.
[[nodiscard]] std::string report_text(const ReportFacts& facts, const std::optional<ReportAsked>& asked);

}  // namespace weir
