#include "weir/signals_aside.h"

#include <ctime>

#include "base/units.h"

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

}  // namespace weir
