#include "record/status_line.h"

#include <fmt/format.h>

#include "record/duration_text.h"
#include "record/statistics.h"

namespace weir {
namespace {

constexpr Duration kPlainEvery = seconds(10);
constexpr const char* kToLineStartAndErase = "\r\x1b[K";

double per_second(std::uint64_t before, std::uint64_t now, Duration elapsed) {
  if (elapsed.nanoseconds() <= 0) return 0;
  return static_cast<double>(now - before) * 1e9 / static_cast<double>(elapsed.nanoseconds());
}

std::string bit_rate(double bytes_per_second) {
  const double bits = bytes_per_second * 8;
  if (bits >= 1e9) return fmt::format("{:.2f} Gbit/s", bits / 1e9);
  if (bits >= 1e6) return fmt::format("{:.1f} Mbit/s", bits / 1e6);
  return fmt::format("{:.1f} kbit/s", bits / 1e3);
}

std::string frame_rate(double frames_per_second) {
  if (frames_per_second >= 1e6) return fmt::format("{:.2f} M/s", frames_per_second / 1e6);
  if (frames_per_second >= 1e4) return fmt::format("{:.1f} k/s", frames_per_second / 1e3);
  return fmt::format("{:.0f} /s", frames_per_second);
}

/// " | LATE 12 (stolen_core 10, tx_full 2)"; empty when nothing was late.
std::string late_text(const StatusSnapshot& now) {
  std::string causes;
  std::uint64_t frames = 0;
  for (std::size_t i = 0; i < kLateCauses; ++i) {
    if (now.late[i] == 0) continue;
    frames += now.late[i];
    causes += fmt::format("{}{} {}", causes.empty() ? "" : ", ", name_of(static_cast<LateCause>(i)), now.late[i]);
  }
  return frames > 0 ? fmt::format(" | LATE {} ({})", frames, causes) : "";
}

}  // namespace

std::string format_status(const StatusSnapshot& before, const StatusSnapshot& now) {
  const Duration elapsed = now.at - before.at;
  std::string line =
      fmt::format("up {} {} | down {} {} | held {} | connections {} | exchanges {} | resets {} | late <= {}",
                  bit_rate(per_second(before.up_bytes, now.up_bytes, elapsed)),
                  frame_rate(per_second(before.up_frames, now.up_frames, elapsed)),
                  bit_rate(per_second(before.down_bytes, now.down_bytes, elapsed)),
                  frame_rate(per_second(before.down_frames, now.down_frames, elapsed)), now.held, now.connections,
                  now.exchanges, now.resets, duration_text(now.worst_lateness));
  line += late_text(now);
  if (now.lost > 0) line += fmt::format(" | LOST {}", now.lost);
  return line;
}

StatusStyle status_style(bool is_terminal, const char* no_color) {
  const bool wants_plain = no_color != nullptr && *no_color != '\0';
  return is_terminal && !wants_plain ? StatusStyle::kRedrawn : StatusStyle::kPlain;
}

void StatusLine::show(const StatusSnapshot& now) {
  if (style_ == StatusStyle::kRedrawn) {
    out_ << kToLineStartAndErase << format_status(last_, now) << std::flush;
    is_drawn_ = true;
    last_ = now;
    return;
  }
  if (now.at - last_.at < kPlainEvery) return;
  out_ << "weir: " << format_status(last_, now) << std::endl;
  last_ = now;
}

void StatusLine::finish() {
  if (is_drawn_) out_ << '\n' << std::flush;
  is_drawn_ = false;
}

}  // namespace weir
