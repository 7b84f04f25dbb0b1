// Two decision logs compared, connection by connection: same link, client address, server and k. What was decided
// counts; when, and what became of the frame, does not (t_ns, due_ns, done_ns, abandoned), nor does the ephemeral port.
// Lines that are no decisions (asked, carried, missed) are passed over.
// Both files are read side by side, and only what the other one has not shown yet is kept, so that logs of any length
// are compared in the memory that their different order takes. Control thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace weir {

/// A line of a log.
struct LoggedDecision {
  std::uint64_t line = 0;  // from 1
  std::int64_t t_ns = 0;
  std::string facts;  // what is compared
  std::string text;   // the line as it stands
};

/// Where two logs part: the same connection's decision of the same number; one of them may be missing.
struct LogDifference {
  std::string connection;   // "link 0, 10.9.0.1 > 10.9.0.2:80, k 17"; "the rate" for redraws
  std::uint64_t place = 0;  // how many decisions of the connection are the same before it
  std::optional<LoggedDecision> a;
  std::optional<LoggedDecision> b;
};

struct LogComparison {
  std::uint64_t decisions = 0;         // that are the same
  std::uint64_t connections = 0;       // in either log; the rate and the phases are none
  std::optional<LogDifference> first;  // by t_ns (of A, where A has it)
  std::array<bool, 2> cut_off{};       // of A and B: whether the last line is cut off, and was not counted
};

/// Throws UsageError for a file that can't be read and, naming the line, for one that is no decision log. A last line
/// without its end is passed over where others stand before it: whoever wrote it was stopped, or is still writing.
[[nodiscard]] LogComparison compare_logs(const std::string& path_a, const std::string& path_b);

}  // namespace weir
