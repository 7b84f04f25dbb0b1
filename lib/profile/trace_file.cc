#include "profile/trace_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "profile/errors.h"
#include "profile/limits.h"
#include "profile/spelling.h"
#include "profile/units.h"

namespace weir {
namespace {

constexpr std::uint64_t kOpportunity = 1'504;  // bytes: mahimahi's packets of 1500, and 4 of the tun device's
constexpr std::uint64_t kLongestMs = 24ULL * 3'600 * 1'000;
constexpr std::array<std::string_view, 4> kColumns = {"time", "rate", "delay", "loss"};

// Spreadsheets put it before the first byte of what they save.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// A text file line by line; says where it is.
class Lines {
 public:
  Lines(std::string_view name, std::string_view path, const std::string& folder)
      : name_(name), path_((std::filesystem::path(folder) / path).lexically_normal()), file_(path_) {
    if (!file_) throw UsageError(fmt::format("{}: cannot read {}: {}", name, path_.string(), std::strerror(errno)));
  }

  /// The next line that is not blank; false at the end.
  bool next(std::string& line) {
    while (std::getline(file_, line)) {
      ++number_;
      if (number_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
      if (line.ends_with('\r')) line.pop_back();
      if (line.find_first_not_of(" \t") != std::string::npos) return true;
    }
    return false;
  }

  [[nodiscard]] std::string place() const { return fmt::format("{}: {}:{}", name_, path_.string(), number_); }
  [[noreturn]] void refuse(std::string_view why) const { throw UsageError(fmt::format("{}: {}", place(), why)); }

 private:
  std::string_view name_;
  const std::filesystem::path path_;
  std::ifstream file_;
  std::size_t number_ = 0;
};

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    const std::string_view cell = line.substr(begin, end - begin);
    const std::size_t first = cell.find_first_not_of(" \t");
    const bool is_blank = first == std::string_view::npos;
    cells.emplace_back(is_blank ? "" : cell.substr(first, cell.find_last_not_of(" \t") - first + 1));
    begin = end + 1;
  }
  return cells;
}

std::vector<std::string> read_header(Lines& lines) {
  std::string line;
  if (!lines.next(line)) lines.refuse("it is empty; its first line names the columns: time,rate,delay,loss");
  std::vector<std::string> columns = cells_of(line);
  for (const std::string& column : columns) {
    if (std::ranges::count(columns, column) > 1) lines.refuse(fmt::format("column {} stands there twice", column));
    if (std::ranges::find(kColumns, column) != kColumns.end()) continue;
    lines.refuse(fmt::format("\"{}\" is no column{} (known: {})", column, did_you_mean(column, kColumns),
                             comma_separated(kColumns)));
  }
  if (std::ranges::count(columns, "time") != 1) lines.refuse("there is no column time");
  return columns;
}

TraceRow read_row(const Lines& lines, const std::vector<std::string>& columns, const std::string& line) {
  const std::vector<std::string> cells = cells_of(line);
  if (cells.size() != columns.size()) {
    lines.refuse(fmt::format("{} cells under {} columns", cells.size(), columns.size()));
  }
  TraceRow row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string name = fmt::format("{}: {}", lines.place(), columns[i]);
    if (columns[i] == "time") row.at = parse_duration(name, cells[i]);
    if (columns[i] == "rate") row.rate = parse_byte_rate(name, cells[i]);
    if (columns[i] == "delay") row.delay = parse_hold(name, cells[i]);
    if (columns[i] == "loss") row.loss = parse_probability(name, cells[i]);
  }
  if (row.rate && *row.rate > kFastestRate) lines.refuse("rate: it is more than 400 Gbit/s (50G)");
  return row;
}

}  // namespace

std::shared_ptr<const Deliveries> read_deliveries(std::string_view name, std::string_view path,
                                                  const std::string& folder) {
  Lines lines(name, path, folder);
  std::vector<Deliveries::Point> points;
  std::string line;
  while (lines.next(line)) {
    const std::uint64_t ms = parse_count(lines.place(), line, 0, kLongestMs);
    const Duration at = milliseconds(static_cast<std::int64_t>(ms));
    if (!points.empty() && at < points.back().at) lines.refuse("it goes back in time");
    if (points.empty() || points.back().at != at) points.push_back({at, points.empty() ? 0 : points.back().bytes});
    points.back().bytes += kOpportunity;
  }
  if (points.empty()) lines.refuse("it is empty: a line is the millisecond of a delivery");
  const Duration period = points.back().at;
  if (period == Duration()) lines.refuse("its last line is its period, which can't be 0");
  return std::make_shared<const Deliveries>(std::move(points), period, std::string(path));
}

std::vector<TraceRow> read_trace_rows(std::string_view name, std::string_view path, const std::string& folder) {
  Lines lines(name, path, folder);
  const std::vector<std::string> columns = read_header(lines);
  std::vector<TraceRow> rows;
  std::string line;
  while (lines.next(line)) {
    rows.push_back(read_row(lines, columns, line));
    const bool goes_back = rows.size() > 1 && rows.back().at <= rows[rows.size() - 2].at;
    if (goes_back) lines.refuse("its time is not behind that of the row before");
  }
  if (rows.empty()) lines.refuse("no row stands behind the header");
  return rows;
}

}  // namespace weir
