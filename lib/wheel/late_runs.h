// Entries that were late when they came: due before the part of time that the wheel has laid out. They may come in any
// order and in any number, so they are kept as sorted runs, each older than the next, merged as they grow (a merge sort
// that is always half done): appending in order costs one write, the worst order log2(n) moves an entry, amortized.
// One worker's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "wheel/entry_pool.h"

namespace weir {

class LateRuns {
 public:
  static constexpr std::size_t kMaxRuns = 32;
  static constexpr std::uint32_t kLists =
      kMaxRuns + 1;  // lists of the pool in use at most: the runs and one in the making

  [[nodiscard]] bool empty() const { return count_ == 0; }

  void insert(EntryPool& pool, WheelEntry entry);

  /// The earliest due time; never when empty.
  [[nodiscard]] Instant earliest(const EntryPool& pool) const;

  /// Takes the entry that is due first, the oldest among equals. Precondition: not empty.
  [[nodiscard]] WheelEntry pop(EntryPool& pool);

 private:
  struct Run {
    EntryList entries;
    Instant last_at;
    std::uint32_t length = 0;
  };

  [[nodiscard]] std::size_t first_run(const EntryPool& pool) const;
  [[nodiscard]] bool unbalanced() const;
  void merge_last_two(EntryPool& pool);

  std::array<Run, kMaxRuns> runs_{};
  std::size_t count_ = 0;
};

}  // namespace weir
