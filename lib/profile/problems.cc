#include "profile/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "profile/errors.h"

namespace weir {
namespace {

/// A tab is as wide as a space here, so that the caret stands where it should.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    if (line.ends_with('\r')) line.pop_back();
    std::ranges::replace(line, '\t', ' ');
    lines.push_back(printable(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::uint32_t Problems::add_source(std::string_view name, std::string_view text, std::string_view folder) {
  sources_.push_back({printable(name), std::string(folder), lines_of(text)});
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

void Problems::add(const Place& place, std::string_view message, std::string_view expected) {
  problems_.push_back({place, printable(message), std::string(expected)});
}

std::string Problems::text_of(const Problem& problem) const {
  const auto& [source, line, column] = problem.place;
  const Source& origin = sources_[source];
  if (line == 0) return fmt::format("{}: {}\n", origin.name, problem.message);
  const std::string head = fmt::format("{}:{}:{}: {}\n", origin.name, line, column, problem.message);
  const std::string_view shown = line <= origin.lines.size() ? std::string_view(origin.lines[line - 1]) : "";
  const std::string_view word = problem.expected.empty() ? "" : " expected ";
  return fmt::format("{}{}\n{:>{}}{}{}\n", head, shown, '^', std::max(column, 1U), word, problem.expected);
}

std::string Problems::text() const {
  const auto order = [](const Problem& problem) {
    return std::tuple(problem.place.source, problem.place.line, problem.place.column);
  };
  std::vector<Problem> sorted = problems_;
  std::ranges::stable_sort(sorted, {}, order);
  std::string all;
  for (const Problem& problem : sorted) all += text_of(problem);
  return all;
}

void Problems::require_none() const {
  if (none()) return;
  std::string all = text();
  all.pop_back();
  throw ProfileError(all);
}

}  // namespace weir
