// Memory of the wheel: first-in first-out lists of entries, built from chunks of one size out of one fixed pool.
// Entries lie side by side in a chunk of two cache lines, so a list is written and read in sequence. The links between
// chunks lie apart from them: a reader walks ahead along the links and prefetches, without waiting for a chunk.
//
// Every chunk in a list but its first and its last is full, and none is empty. So n entries in l lists need at most
// n / kChunk + 2 l chunks, and at most n, whatever their distribution: chunks_for() takes the smaller.
// One worker's thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.h"

namespace weir {

/// What waits in the wheel: a token, and when it is due.
struct WheelEntry {
  Instant due_at;
  std::uint64_t token = 0;
};
static_assert(sizeof(WheelEntry) == 16, "four entries a cache line");

/// A list of entries; both ends are positions in the pool, chunk * kChunk + place. Only EntryPool looks inside.
struct EntryList {
  std::uint32_t head = 0;  // the oldest entry
  std::uint32_t tail = 0;  // one behind the newest entry
  [[nodiscard]] bool empty() const { return tail == 0; }
};

class EntryPool {
 public:
  static constexpr std::uint32_t kChunk = 8;  // entries

  /// Chunks that hold `entries` entries in `lists` lists in any distribution. One more, because an entry that changes
  /// lists may be written to the one before it is forgotten in the other.
  [[nodiscard]] static constexpr std::uint32_t chunks_for(std::uint32_t entries, std::uint32_t lists) {
    return std::min(entries, entries / kChunk + 2 * lists) + 1;
  }

  /// @param entries,links  chunks * kChunk entries and one link a chunk, constructed; both must outlive the pool.
  EntryPool(WheelEntry* entries, std::uint32_t* links, std::uint32_t chunks) : entries_(entries), links_(links) {
    for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) links_[chunk] = chunk + 1 < chunks ? chunk + 1 : 0;
  }

  /// Puts an entry behind the others. True when the list took a chunk for it (always so when it was empty).
  /// Precondition: the pool was made large enough by chunks_for().
  bool append(EntryList& list, WheelEntry entry) {
    const bool grows = list.tail % kChunk == 0;
    if (grows) grow(list);
    entries_[list.tail++] = entry;
    return grows;
  }

  [[nodiscard]] const WheelEntry& front(const EntryList& list) const { return entries_[list.head]; }

  /// Takes the oldest entry. Precondition: not empty.
  WheelEntry pop(EntryList& list) {
    const WheelEntry entry = entries_[list.head];
    drop_front(list, 1);
    return entry;
  }

  /// The oldest entries of the list, as many as lie side by side. Precondition: not empty.
  [[nodiscard]] std::span<WheelEntry> front_run(const EntryList& list) {
    const std::uint32_t end = in_one_chunk(list) ? list.tail : (list.head / kChunk + 1) * kChunk;
    return {entries_ + list.head, end - list.head};
  }
  [[nodiscard]] static bool in_one_chunk(const EntryList& list) {
    return list.head / kChunk == (list.tail - 1) / kChunk;
  }

  /// All entries of a list that lies in one chunk.
  [[nodiscard]] std::span<WheelEntry> only_run(const EntryList& list) {
    return {entries_ + list.head, list.tail - list.head};
  }

  /// Forgets all entries of a list that lies in one chunk.
  void drop_only_chunk(EntryList& list) {
    give_back(list.head / kChunk);
    list = {};
  }

  /// Forgets the `count` oldest entries. Precondition: count <= front_run(list).size().
  void drop_front(EntryList& list, std::uint32_t count) {
    const std::uint32_t chunk = list.head / kChunk;
    list.head += count;
    if (list.head == list.tail) {
      list = {};
    } else if (list.head % kChunk == 0) {
      list.head = links_[chunk] * kChunk;
    } else {
      return;
    }
    give_back(chunk);
  }

  void prefetch_front(const EntryList& list) const { __builtin_prefetch(entries_ + list.head); }

  /// The chunk where a reader starts to walk ahead of the list's head.
  [[nodiscard]] static std::uint32_t first_chunk(const EntryList& list) { return list.head / kChunk; }

  /// Fetches a chunk into the cache and returns the one behind it (some chunk of the pool, behind a list's last).
  [[nodiscard]] std::uint32_t prefetch(std::uint32_t chunk) const {
    const WheelEntry* const first = entries_ + std::size_t{chunk} * kChunk;
    __builtin_prefetch(first);
    __builtin_prefetch(first + kChunk / 2);
    return links_[chunk];
  }

 private:
  void give_back(std::uint32_t chunk) {
    links_[chunk] = free_;
    free_ = chunk;
  }

  void grow(EntryList& list) {
    const std::uint32_t chunk = free_;
    free_ = links_[chunk];
    if (list.empty()) {
      list.head = chunk * kChunk;
    } else {
      links_[(list.tail - 1) / kChunk] = chunk;
    }
    list.tail = chunk * kChunk;
  }

  WheelEntry* entries_;
  std::uint32_t* links_;    // of a chunk in a list: the chunk behind it; of a free chunk: the next free one
  std::uint32_t free_ = 0;  // the chunk freed last: it is still in the cache
};

}  // namespace weir
