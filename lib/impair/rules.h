// What is asked for, compiled: immutable once built. The command line and profiles end here; draws and decisions start
// here. Built by control, read by every worker.
#pragma once

#include <cstdint>
#include <optional>

#include "base/draw.h"
#include "base/time.h"
#include "base/units.h"

namespace weir {

/// A uniform range of lengths, both ends included; a single value is min = max. Never negative.
struct DurationRange {
  Duration min;
  Duration max;
};

/// Latency: each exchange holds the frame with the first byte of its response for a drawn time.
struct LatencyRule {
  DurationRange hold;
};

/// Speed: one budget over all selected connections, workers and directions, in bytes of TCP payload a second.
/// With min < max the rate is redrawn every `every`.
struct SpeedRule {
  ByteRate min;
  ByteRate max;
  Duration every = seconds(1);
  Duration queue = milliseconds(200);        // the queue before the limiter, as time at the current rate
  std::uint64_t queue_at_least = 64 * 1024;  // and never less than this, in bytes
};

/// Jitter: in each second of its life in which a connection carries data, it stalls with this probability.
struct JitterRule {
  double share = 0;  // as asked, for reports
  Probability probability;
  DurationRange stall;
};

/// Reset: an exchange is cut in place of the first byte of its response with this probability.
struct ResetRule {
  double share = 0;  // as asked, for reports
  Probability probability;
};

struct Rules {
  std::uint64_t seed = 1;
  std::optional<LatencyRule> latency;
  std::optional<SpeedRule> speed;
  std::optional<JitterRule> jitter;
  std::optional<ResetRule> reset;

  /// Nothing to do for anyone: frames need not even be parsed.
  [[nodiscard]] bool empty() const { return !latency && !speed && !jitter && !reset; }
};

}  // namespace weir
