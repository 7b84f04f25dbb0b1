// Waiting for the end of a run: signals, the duration, and the status line. The main thread.
#pragma once

#include <functional>
#include <optional>

#include "weir/datapath.h"
#include "weir/options.h"
#include "weir/signals_aside.h"

namespace weir {

/// Shows the status each second until `duration` has passed or SIGINT or SIGTERM comes. On SIGHUP the profile is read
/// again: one with faults is said on stderr, and the old one stays.
void watch(Datapath& datapath, const SignalsAside& signals, std::optional<Duration> duration,
           const ReadProfile& read_again);

}  // namespace weir
