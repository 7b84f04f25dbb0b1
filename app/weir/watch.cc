#include "weir/watch.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "record/status_line.h"

namespace weir {

void watch(Datapath& datapath, const SignalsAside& signals, std::optional<Duration> duration) {
  constexpr Duration kPatience = milliseconds(50);
  StatusLine line(std::cerr, status_style(isatty(STDERR_FILENO) == 1, std::getenv("NO_COLOR")));
  Instant show_at = Instant() + seconds(1);
  while (!duration || datapath.now() - Instant() < *duration) {
    const std::optional<int> signal = signals.take(kPatience);
    if (signal == SIGHUP) {
      std::cerr << "weir: SIGHUP: this run has no profile to read again\n";
    } else if (signal) {
      break;
    }
    if (datapath.now() < show_at) continue;
    show_at = show_at + seconds(1);
    line.show(datapath.snapshot());
  }
  line.finish();
}

}  // namespace weir
