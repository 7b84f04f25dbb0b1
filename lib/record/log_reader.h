// Reads a decision log line by line, in constant memory. What the lines mean is for whoever reads: `weir diff` compares
// them whole, `weir report` takes the fields below. Control thread.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace weir {

class LogReader {
 public:
  /// Opens it; throws UsageError.
  explicit LogReader(std::string path);

  /// The next line without its newline; false at the end. Throws UsageError when reading fails.
  [[nodiscard]] bool next(std::string& line);

  /// The number of the last line, from 1.
  [[nodiscard]] std::uint64_t number() const { return number_; }
  /// Whether the last line lacks its newline: whoever wrote it was stopped, or is still writing.
  [[nodiscard]] bool is_cut_off() const { return file_.eof(); }

  /// Throws UsageError: "FILE:LINE: not a decision: ...".
  [[noreturn]] void refuse() const;

 private:
  const std::string path_;
  std::ifstream file_;
  std::uint64_t number_ = 0;
};

/// What a line says. Fields that it lacks keep what they are here; fields that nobody knows are passed over.
struct LoggedEvent {
  std::int64_t t_ns = 0;
  std::uint64_t link = 0;
  std::uint64_t k = 0;
  std::string flow;
  std::string event;
  std::string rule;
  std::string phase;            // of a phase's line
  std::optional<double> drawn;  // none for null
  std::optional<std::int64_t> due_ns;
  std::optional<std::int64_t> done_ns;
  bool abandoned = false;
  bool hit = true;
};

/// Reads a line; false if it is no decision: a JSON object with t_ns and event, every known field of its own type, no
/// time negative. Reuses the memory of `into`.
[[nodiscard]] bool parse_logged(const std::string& line, LoggedEvent& into);

}  // namespace weir
