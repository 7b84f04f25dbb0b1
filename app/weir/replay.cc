#include "weir/replay.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "profile/errors.h"
#include "record/replay_capture.h"
#include "weir/conclude.h"
#include "weir/file_in_making.h"
#include "weir/output_files.h"
#include "weir/progress_line.h"
#include "weir/signals_aside.h"
#include "weir/version.h"

namespace weir {
namespace {

void require_files(const ReplayOptions& options) {
  std::vector<std::string> files = {options.in, options.out};
  if (options.output.log) files.push_back(*options.output.log);
  if (options.output.stats) files.push_back(*options.output.stats);
  if (options.output.capture) files.push_back(*options.output.capture);
  require_distinct(files);
  require_writable(options.output);
  require_writable("OUT", options.out);
}

}  // namespace

int replay(const ReplayOptions& options, std::ostream& err) {
  require_files(options);
  // A pipe may keep weir waiting, and is interrupted in the ordinary way.
  std::optional<SignalsAside> signals;
  std::error_code not_there;
  if (std::filesystem::is_regular_file(options.in, not_there)) signals.emplace();
  FileInMaking out(options.out);
  std::optional<FileInMaking> log;
  std::optional<FileInMaking> capture;
  if (options.output.log) log.emplace(*options.output.log);
  if (options.output.capture) capture.emplace(*options.output.capture);
  ProgressLine line(err);
  const auto goes_on = [&](const ReplayProgress& progress) {
    line.show(progress);
    const auto signal = signals ? signals->take(Duration()) : std::nullopt;
    // With all frames in it is the end of a run, as on a link; before, there is nothing to keep.
    if (signal && !progress.drains) throw RunError(fmt::format("stopped: {}", strsignal(*signal)));
    return !signal;
  };
  ReplayReport report = replay_capture({.profile = options.profile,
                                        .in = options.in,
                                        .out = out.path(),
                                        .client = options.client,
                                        .log = log ? std::optional(log->path()) : std::nullopt,
                                        .log_all = options.output.log_all,
                                        .capture = capture ? std::optional(capture->path()) : std::nullopt},
                                       goes_on);
  line.finish();
  out.finish();
  if (log) log->finish();
  if (capture) capture->finish();
  remark_on(report, err);
  report.statistics.version = kVersion;
  return conclude(report.statistics, options.output, err);
}

}  // namespace weir
