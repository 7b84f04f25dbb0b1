#include "weir/watch.h"

#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <iostream>

#include "base/units.h"
#include "record/status_line.h"

namespace weir {

SignalsAside::SignalsAside() {
  sigemptyset(&ours_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ours_, signal);
  pthread_sigmask(SIG_BLOCK, &ours_, &before_);
}

SignalsAside::~SignalsAside() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> SignalsAside::take(Duration patience) const {
  const timespec wait{.tv_sec = patience.nanoseconds() / kNanosecondsPerSecond,
                      .tv_nsec = patience.nanoseconds() % kNanosecondsPerSecond};
  const int signal = sigtimedwait(&ours_, nullptr, &wait);
  return signal > 0 ? std::optional(signal) : std::nullopt;
}

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
