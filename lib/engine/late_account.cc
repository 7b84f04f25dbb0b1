#include "engine/late_account.h"

namespace weir {

void LateAccount::note_stolen(std::uint64_t gap_ns) {
  stolen_ns_ += gap_ns;
  counters_.stolen_gaps.add(1);
  counters_.stolen_ns.add(gap_ns);
  counters_.longest_stolen_ns.raise_to(gap_ns);
}

// What was stolen since the worker last had nothing left over explains the lateness when it is half of it or more: a
// backlog that a stolen core left behind is not the loop's fault.
void LateAccount::note_late(std::size_t frames, Duration lateness, LateCause otherwise) {
  const auto ns = static_cast<std::uint64_t>(lateness.nanoseconds());
  const LateCause cause = stolen_ns_ >= ns / 2 ? LateCause::kStolenCore : otherwise;
  LateCounters& late = counters_.late[static_cast<std::size_t>(cause)];
  late.frames.add(frames);
  late.sum_ns.add(frames * ns);
  late.worst_ns.raise_to(ns);
}

}  // namespace weir
