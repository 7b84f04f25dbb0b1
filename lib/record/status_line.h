// The line that shows a run while it runs: on a terminal redrawn in place each second, elsewhere a plain line every 10
// s. format_status is pure; StatusLine remembers what was shown last. Called once a second on the control thread.
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <string>

#include "base/time.h"
#include "engine/worker_counters.h"

namespace weir {

/// The numbers of a run at one moment, summed over workers and links, each since the start of the run but for `held`.
struct StatusSnapshot {
  Instant at;
  std::uint64_t up_frames = 0;  // sent towards side B
  std::uint64_t up_bytes = 0;
  std::uint64_t down_frames = 0;  // sent towards side A
  std::uint64_t down_bytes = 0;
  std::uint64_t held = 0;  // frames waiting now
  std::uint64_t connections = 0;
  std::uint64_t exchanges = 0;
  std::uint64_t resets = 0;
  std::uint64_t lost = 0;                         // frames that weir did not mean to lose
  std::array<std::uint64_t, kLateCauses> late{};  // frames later than promised, by cause
  Duration worst_lateness;
};

/// One line, no newline: rates between the two moments, the rest as of `now`. Late frames and loss are named only when
/// there are some, late ones with what made them so.
///   up 812.4 Mbit/s 71.2 k/s | down 3.1 Mbit/s 40 /s | held 12 | connections 35 | exchanges 900 | resets 3 | late <=
///   41 us
[[nodiscard]] std::string format_status(const StatusSnapshot& before, const StatusSnapshot& now);

enum class StatusStyle : std::uint8_t {
  kRedrawn,  // in place, by carriage return and ANSI erase
  kPlain,    // a line of its own every 10 s
};

/// Redrawn on a terminal, unless the environment variable NO_COLOR is set (https://no-color.org); else plain.
[[nodiscard]] StatusStyle status_style(bool is_terminal, const char* no_color);

class StatusLine {
 public:
  /// @param out usually stderr; must outlive the object.
  StatusLine(std::ostream& out, StatusStyle style) : out_(out), style_(style) {}

  /// Shows the moment, if it is time for it: redrawn each time, plain when 10 s have passed since the last line.
  void show(const StatusSnapshot& now);

  /// Leaves the terminal with the cursor on a line of its own.
  void finish();

 private:
  std::ostream& out_;
  const StatusStyle style_;
  StatusSnapshot last_;
  bool is_drawn_ = false;
};

}  // namespace weir
