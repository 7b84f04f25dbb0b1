#include "record/report_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "profile/errors.h"

namespace weir {
namespace {

std::size_t width_of(const ReportTable& table, std::size_t column) {
  std::size_t width = table.columns[column].size();
  for (const auto& row : table.rows) width = std::max(width, row[column].size());
  return width;
}

std::string line_of(const ReportTable& table, const std::vector<std::string>& cells) {
  std::string line = "  ";
  for (std::size_t column = 0; column < cells.size(); ++column) {
    const std::size_t width = width_of(table, column);
    line += column == 0 ? fmt::format("{:<{}}", cells[column], width) : fmt::format("  {:>{}}", cells[column], width);
  }
  return printable(line) + "\n";
}

std::string text_of(const ReportTable& table) {
  std::string text = "\n" + table.title + "\n" + line_of(table, table.columns);
  for (const auto& row : table.rows) text += line_of(table, row);
  if (!table.note.empty()) text += "  (" + table.note + ")\n";
  return text;
}

}  // namespace

std::string report_text(const ReportFacts& facts, const std::optional<ReportAsked>& asked) {
  std::string text;
  for (const std::string& line : report_summary(facts, asked)) text += printable(line) + "\n";
  for (const std::string& remark : report_remarks(facts)) text += "note: " + printable(remark) + "\n";
  for (const ReportTable& table : report_tables(facts, asked)) text += text_of(table);
  return text;
}

}  // namespace weir
