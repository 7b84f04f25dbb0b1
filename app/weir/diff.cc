#include "weir/diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "profile/errors.h"
#include "record/log_diff.h"
#include "weir/dispatch.h"

namespace weir {
namespace {

std::string side_text(const std::string& path, const std::optional<LoggedDecision>& decision) {
  if (!decision) return fmt::format("{}: no more decisions of it\n", path);
  return fmt::format("{}:{}: {}\n", path, decision->line, decision->text);
}

}  // namespace

int diff(std::span<const std::string> arguments, std::ostream& out) {
  const auto option = std::ranges::find_if(arguments, [](const std::string& word) { return word.starts_with('-'); });
  if (option != arguments.end())
    throw UsageError(fmt::format("unknown option {} (weir diff A.jsonl B.jsonl)", *option));
  if (arguments.size() != 2) {
    throw UsageError(fmt::format("{} given, two logs are compared: weir diff A.jsonl B.jsonl",
                                 arguments.size() == 1 ? "1 file is" : fmt::format("{} files are", arguments.size())));
  }
  const LogComparison comparison = compare_logs(arguments[0], arguments[1]);
  for (const std::size_t side : {0U, 1U}) {
    if (comparison.cut_off[side]) {
      out << fmt::format("note: {}: the last line is cut off: it is not counted\n", arguments[side]);
    }
  }
  if (!comparison.first) {
    out << fmt::format("nothing differs: {} decisions of {} connections are the same\n", comparison.decisions,
                       comparison.connections);
    return kGood;
  }
  const LogDifference& first = *comparison.first;
  out << fmt::format("the first difference is decision {} of {}:\n", first.place, first.connection)
      << side_text(arguments[0], first.a) << side_text(arguments[1], first.b);
  return kDifferent;
}

std::string diff_help() {
  return R"(Names the first decision in which two runs differ.

usage: weir diff A.jsonl B.jsonl

The logs (--log) are compared connection by connection: same link, client address, server and k. Decisions are compared
in their order on the connection, by event, n, what was drawn, rule, and whether it struck. When they were taken, when
frames left and from which client port does not count. The first difference is the one with the earliest t_ns.

exit codes: 0 nothing differs, 1 something does, 2 a file can't be read or is no log (the line is named)

example:
  weir diff monday.jsonl tuesday.jsonl
)";
}

}  // namespace weir
