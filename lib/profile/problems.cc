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

/// Behind the first byte of a letter of UTF-8.
bool is_inside_letter(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

std::uint32_t Problems::add_source(std::string_view name, std::string_view text, std::string_view folder) {
  sources_.push_back({printable(name), std::string(folder), lines_of(text)});
  return static_cast<std::uint32_t>(sources_.size() - 1);
}

void Problems::add(const Place& place, std::string_view message, std::string_view expected) {
  const std::string said = printable(message);
  const auto is_known = [&](const Problem& known) { return known.place == place && known.message == said; };
  if (std::ranges::none_of(problems_, is_known)) problems_.push_back({place, said, std::string(expected)});
}

Problems Problems::sources_alone() const {
  Problems none;
  none.sources_ = sources_;
  return none;
}

void Problems::take_from(Problems& other) {
  for (const Problem& problem : other.problems_) add(problem.place, problem.message, problem.expected);
  other.problems_.clear();
}

/// Columns count letters, as TOML's do.
std::string_view Problems::rest_of_line(const Place& from) const {
  const std::vector<std::string>& lines = sources_[from.source].lines;
  if (from.line == 0 || from.line > lines.size()) return {};
  std::string_view rest = lines[from.line - 1];
  for (std::uint32_t column = 1; column < from.column && !rest.empty(); ++column) {
    rest.remove_prefix(1);
    while (!rest.empty() && is_inside_letter(rest.front())) rest.remove_prefix(1);
  }
  return rest;
}

Place Problems::inside(const Place& begin, std::string_view text, std::size_t at) const {
  const std::string_view quoted = rest_of_line(begin);
  const bool is_long = quoted.starts_with("\"\"\"") || quoted.starts_with("'''");
  Place place = begin;
  place.column += is_long ? 3 : 1;
  if (is_long && rest_of_line(place).empty()) place = {begin.source, begin.line + 1, 1};  // TOML trims that newline
  for (const char c : text.substr(0, at)) {
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else if (!is_inside_letter(c)) {
      ++place.column;
    }
  }
  const std::string_view word = text.substr(std::min(at, text.size()), 1);
  return word.empty() || rest_of_line(place).starts_with(word) ? place : begin;
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
