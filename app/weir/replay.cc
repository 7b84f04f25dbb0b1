#include "weir/replay.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "profile/errors.h"
#include "record/replay_capture.h"
#include "record/status_line.h"
#include "weir/conclude.h"
#include "weir/file_in_making.h"
#include "weir/output_files.h"
#include "weir/signals_aside.h"
#include "weir/version.h"

namespace weir {
namespace {

// Redrawn in place a few times a second; elsewhere than on a terminal nothing is shown.
class ProgressLine {
 public:
  explicit ProgressLine(std::ostream& err)
      : err_(err), shows_(status_style(isatty(STDERR_FILENO) == 1, std::getenv("NO_COLOR")) == StatusStyle::kRedrawn) {}

  void show(const ReplayProgress& progress) {
    constexpr auto kEvery = std::chrono::milliseconds(200);
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

  void finish() {
    if (is_drawn_) err_ << "\r\x1b[K" << std::flush;
  }

 private:
  std::ostream& err_;
  const bool shows_;
  bool is_drawn_ = false;
  std::chrono::steady_clock::time_point show_at_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
};

void require_files(const ReplayOptions& options) {
  std::vector<std::string> files = {options.in, options.out};
  if (options.output.log) files.push_back(*options.output.log);
  if (options.output.stats) files.push_back(*options.output.stats);
  require_distinct(files);
  require_writable(options.output);
  require_writable("OUT", options.out);
}

std::string count_of(std::uint64_t n, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", n, n == 1 ? one : several);
}

void remark(const ReplayReport& report, std::ostream& err) {
  if (!report.damage.empty()) err << "weir: " << report.damage << '\n';
  if (report.cut_by_snaplen > 0) {
    err << "weir: " << count_of(report.cut_by_snaplen, "frame was", "frames were")
        << " captured in part only (snaplen): such frames can't be read and pass unshaped\n";
  }
  if (report.moved_forward > 0) {
    err << "weir: " << count_of(report.moved_forward, "frame had a time", "frames had times")
        << " before that of the frame before: taken as the same time\n";
  }
}

}  // namespace

int replay(const ReplayOptions& options, std::ostream& err) {
  require_files(options);
  // A pipe may keep weir waiting, and is interrupted in the ordinary way.
  std::optional<SignalsAside> signals;
  std::error_code not_there;
  if (std::filesystem::is_regular_file(options.in, not_there)) signals.emplace();
  FileInMaking out(options.out);
  ProgressLine line(err);
  ReplayReport report = replay_capture({.profile = options.profile,
                                        .in = options.in,
                                        .out = out.path(),
                                        .client = options.client,
                                        .log = options.output.log,
                                        .log_all = options.output.log_all},
                                       [&](const ReplayProgress& progress) {
                                         line.show(progress);
                                         const auto signal = signals ? signals->take(Duration()) : std::nullopt;
                                         if (signal) throw RunError(fmt::format("stopped: {}", strsignal(*signal)));
                                       });
  line.finish();
  out.finish();
  remark(report, err);
  report.statistics.version = kVersion;
  return conclude(report.statistics, options.output, err);
}

}  // namespace weir
