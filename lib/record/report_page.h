// A report as one page of HTML that needs nothing else: no script, no font, no picture from anywhere; plots are inline
// SVG. It is well-formed XML as well, so that tools can read it. Pure; control thread.
#pragma once

#include <string>

#include "record/report_tables.h"

namespace weir {

[[nodiscard]] std::string report_page(const ReportFacts& facts, const std::optional<ReportAsked>& asked);

}  // namespace weir
