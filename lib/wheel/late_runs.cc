#include "wheel/late_runs.h"

#include <algorithm>

namespace weir {

void LateRuns::insert(EntryPool& pool, WheelEntry entry) {
  if (empty() || entry.due_at < runs_[count_ - 1].last_at) runs_[count_++] = Run{};
  Run& newest = runs_[count_ - 1];
  pool.append(newest.entries, entry);
  newest.last_at = entry.due_at;
  ++newest.length;
  while (unbalanced()) merge_last_two(pool);
}

/// Each run at least twice as long as the next keeps their number logarithmic; runs that were drained from the front
/// break that, so the number is limited as well.
bool LateRuns::unbalanced() const {
  if (count_ < 2) return false;
  return count_ == kMaxRuns || runs_[count_ - 2].length < 2 * runs_[count_ - 1].length;
}

void LateRuns::merge_last_two(EntryPool& pool) {
  Run& older = runs_[count_ - 2];
  Run& newer = runs_[count_ - 1];
  Run merged{.entries = {}, .last_at = std::max(older.last_at, newer.last_at), .length = older.length + newer.length};
  for (std::uint32_t i = 0; i < merged.length; ++i) {
    const bool from_newer = older.entries.empty() || (!newer.entries.empty() && pool.front(newer.entries).due_at <
                                                                                    pool.front(older.entries).due_at);
    pool.append(merged.entries, pool.pop(from_newer ? newer.entries : older.entries));
  }
  older = merged;
  --count_;
}

std::size_t LateRuns::first_run(const EntryPool& pool) const {
  std::size_t first = 0;
  for (std::size_t run = 1; run < count_; ++run) {
    if (pool.front(runs_[run].entries).due_at < pool.front(runs_[first].entries).due_at) first = run;
  }
  return first;
}

Instant LateRuns::earliest(const EntryPool& pool) const {
  return empty() ? Instant::never() : pool.front(runs_[first_run(pool)].entries).due_at;
}

WheelEntry LateRuns::pop(EntryPool& pool) {
  const std::size_t first = first_run(pool);
  const WheelEntry entry = pool.pop(runs_[first].entries);
  if (--runs_[first].length == 0) {
    std::move(runs_.begin() + static_cast<std::ptrdiff_t>(first) + 1,
              runs_.begin() + static_cast<std::ptrdiff_t>(count_), runs_.begin() + static_cast<std::ptrdiff_t>(first));
    --count_;
  }
  return entry;
}

}  // namespace weir
