#include "weir/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "record/status_line.h"

namespace weir {
namespace {

constexpr auto kEvery = std::chrono::milliseconds(200);

std::string count_of(std::uint64_t n, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", n, n == 1 ? one : several);
}

}  // namespace

ProgressLine::ProgressLine(std::ostream& err)
    : err_(err),
      shows_(status_style(isatty(STDERR_FILENO) == 1, std::getenv("NO_COLOR")) == StatusStyle::kRedrawn),
      show_at_(std::chrono::steady_clock::now() + kEvery) {}

void ProgressLine::show(const ReplayProgress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (!shows_ || now < show_at_) return;
  show_at_ = now + kEvery;
  err_ << "\r\x1b[Kweir: " << progress.frames << " frames";
  if (progress.bytes > 0) {
    const double share = static_cast<double>(progress.bytes_read) / static_cast<double>(progress.bytes);
    err_ << fmt::format(", {:.0f} %", 100 * share);
  }
  err_ << std::flush;
  is_drawn_ = true;
}

void ProgressLine::finish() {
  if (is_drawn_) err_ << "\r\x1b[K" << std::flush;
}

void remark_on(const ReplayReport& report, std::ostream& err) {
  if (report.stopped) {
    const std::uint64_t dropped = report.statistics.totals.drops[static_cast<std::size_t>(DropReason::kStopped)];
    err << "weir: stopped behind the last frame: " << count_of(dropped, "frame was", "frames were")
        << " still held and dropped\n";
  }
  if (!report.fault.empty()) {
    err << "weir: the profile's phases ended before their end, what held then went on:\n" << report.fault << '\n';
  }
  if (!report.damage.empty()) err << "weir: " << report.damage << '\n';
  if (report.cut_by_snaplen > 0) {
    err << "weir: " << count_of(report.cut_by_snaplen, "frame was", "frames were")
        << " captured in part only (snaplen): such frames can't be read and pass unshaped\n";
  }
  if (report.passed_over > 0) {
    err << "weir: " << count_of(report.passed_over, "frame is", "frames are")
        << " marked as outbound and came in elsewhere before: passed over\n";
  }
  if (report.moved_forward > 0) {
    err << "weir: " << count_of(report.moved_forward, "frame had a time", "frames had times")
        << " before that of the frame before: taken as the same time\n";
  }
}

}  // namespace weir
