// `weir report`: what a decision log says, summed up: on stdout, and as a page of HTML.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace weir {

/// Prints the report of a log to `out` and writes its page where one is asked for. Returns kGood; throws UsageError for
/// wrong arguments and files that are no logs, RunError if the page can't be written. The main thread, once.
[[nodiscard]] int report(std::span<const std::string> arguments, std::ostream& out);

/// What `weir help report` prints.
[[nodiscard]] std::string report_help();

}  // namespace weir
