// What whoever waits for a capture is told on stderr: how far it is, on a terminal only, and at the end what was odd
// about the capture and the profile's phases. The main thread.
#pragma once

#include <chrono>
#include <ostream>

#include "record/replay_capture.h"

namespace weir {

/// Redrawn in place a few times a second; elsewhere than on a terminal nothing is shown.
class ProgressLine {
 public:
  explicit ProgressLine(std::ostream& err);

  void show(const ReplayProgress& progress);
  /// Takes the line away again.
  void finish();

 private:
  std::ostream& err_;
  const bool shows_;
  bool is_drawn_ = false;
  std::chrono::steady_clock::time_point show_at_;
};

/// A fault of the profile's phases, with its lines; damage, frames cut by a snaplen, times that go back: a line each.
void remark_on(const ReplayReport& report, std::ostream& err);

}  // namespace weir
