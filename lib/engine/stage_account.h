// What a worker's cycles go into, by stage of a packet's way: one turn of sixteen is taken apart. Reads the processor's
// counter for the account alone: nothing else can, and nothing is decided by it. Worker's thread; control reads the
// counters.
#pragma once

#include <x86intrin.h>

#include <cstddef>
#include <cstdint>

#include "engine/worker_counters.h"

namespace weir {

class StageAccount {
 public:
  static constexpr std::uint64_t kOneTurnOf = 16;

  /// @param keeps false: every call does nothing, as in simulated time.
  StageAccount(WorkerCounters& counters, bool keeps) : counters_(counters), keeps_(keeps) {}

  /// A turn begins, with receiving.
  void begin_turn() {
    open_ = keeps_ && turns_++ % kOneTurnOf == 0;
    if (open_) last_ = __rdtsc();
  }

  /// What has passed since the last mark, or the turn's begin, was spent in this stage.
  void mark(Stage stage) {
    if (!open_) return;
    const std::uint64_t now = __rdtsc();
    spent_[static_cast<std::size_t>(stage)] += now - last_;
    last_ = now;
  }

  /// The turn is over. One that moved nothing is no packet's way, and is forgotten. @param received, sent frames.
  void end_turn(std::size_t received, std::size_t sent) {
    if (!open_) return;
    open_ = false;
    for (std::size_t stage = 0; stage < kStages; ++stage) {
      if (received + sent > 0) counters_.stage_cycles[stage].add(spent_[stage]);
      spent_[stage] = 0;
    }
    counters_.accounted_received.add(received);
    counters_.accounted_sent.add(sent);
  }

 private:
  WorkerCounters& counters_;
  std::array<std::uint64_t, kStages> spent_{};
  std::uint64_t turns_ = 0;
  std::uint64_t last_ = 0;
  bool keeps_;
  bool open_ = false;
};

}  // namespace weir
