#include "weir/watch.h"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "record/status_line.h"

namespace weir {

namespace {

// The one place where a fault does not end the command: the run goes on as it was.
void reload(Datapath& datapath, const ReadProfile& read_again) {
  if (!read_again) {
    std::cerr << "weir: SIGHUP: this run has no profile to read again\n";
    return;
  }
  try {
    datapath.reload(read_again());
    std::cerr << "weir: SIGHUP: the profile was read again and holds\n";
  } catch (const std::exception& error) {
    datapath.refuse_reload();
    std::cerr << "weir: SIGHUP: the profile could not be taken, the one before stays:\n" << error.what() << '\n';
  }
}

}  // namespace

void watch(Datapath& datapath, const SignalsAside& signals, std::optional<Duration> duration,
           const ReadProfile& read_again) {
  constexpr Duration kPatience = milliseconds(50);
  StatusLine line(std::cerr, status_style(isatty(STDERR_FILENO) == 1, std::getenv("NO_COLOR")));
  Instant show_at = Instant() + seconds(1);
  while (!duration || datapath.now() - Instant() < *duration) {
    const std::optional<int> signal = signals.take(kPatience);
    if (signal == SIGHUP) {
      reload(datapath, read_again);
    } else if (signal) {
      break;
    }
    datapath.look_ahead();
    if (datapath.now() < show_at) continue;
    show_at = show_at + seconds(1);
    line.show(datapath.snapshot());
  }
  line.finish();
}

}  // namespace weir
