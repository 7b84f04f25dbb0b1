// The connections of one worker: open addressing over buckets of one cache line (16-bit tags and 32-bit flow numbers),
// flows in an array beside it. All memory is handed in (hugepages from dpdk/, plain memory in tests); nothing is
// allocated later. Looked up a burst at a time in three stages, each prefetched one stage ahead. One worker's thread.
//
// An entry lies in its home bucket or, where that was full, in the next one that was not. Each bucket counts the
// entries that passed it by, so a search ends at the first bucket that nobody passed, and erasing leaves no tombstone.
// The home is taken from bits 32 to 63 of the hash and the tag from bits 0 to 15; whoever spreads connections over
// workers by the same hash takes bits 16 to 31, or each worker would use only a part of its table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "flow/bucket.h"
#include "flow/flow.h"
#include "flow/flow_ages.h"

namespace weir {

class FlowTable {
 public:
  static constexpr int kMostLooks = 32;

  /// One question of a burst: key and hash in, the flow (or null) out.
  struct Probe {
    FlowKey key;
    std::uint64_t hash = 0;
    Flow* found = nullptr;
  };

  /// Bytes that a table of `flows` connections needs, 64-byte aligned.
  [[nodiscard]] static std::size_t bytes_for(std::uint32_t flows);

  /// @param memory at least bytes_for(flows), 64-byte aligned; must outlive the table. @param flows 1 to 2^30.
  FlowTable(std::span<std::byte> memory, std::uint32_t flows);

  /// Answers a burst. Flows inserted later in the same burst are not seen: ask find_one again after a miss.
  void find(std::span<Probe> burst);
  [[nodiscard]] Flow* find_one(const FlowKey& key, std::uint64_t hash);

  /// Adds a connection that is not in the table; all fields are fresh but for the lanes' epochs, which only grow.
  /// Null when the table is full: the caller erases a victim() first, or forwards unshaped and counts it.
  /// @param seen_at the second of the run, below 2^31; becomes the flow's last_seen.
  [[nodiscard]] Flow* insert(const FlowKey& key, std::uint64_t hash, std::uint32_t seen_at = 0);

  /// Takes a connection out. Its lanes must be empty; their epochs move on, so that entries that name them are void.
  void erase(Flow* flow);

  /// Whom to erase when there is no room: of the flows that ended (closed or reset) the one seen longest ago, without
  /// any the one seen longest ago that lives, if that was before `idle_since` (in seconds, as last_seen). Never one
  /// that holds packets: found holding, it counts as just seen. Null if nobody may go. Looks at kMostLooks flows of a
  /// kind at most: if more than that were seen since refresh() last met them, it is the oldest of those it looked at.
  /// A burst that was found before may hold the victim: whoever erases it and inserts compares keys again (erased()).
  [[nodiscard]] Flow* victim(std::uint32_t idle_since);

  /// Tells victim() what has become of a flow. To be called when it has ended, for it is taken for a living one until
  /// then, and on sweeps, so that victim() need not look long. Costs a comparison where nothing changed.
  void refresh(const Flow& flow);

  /// How many connections have been taken out so far: while it stays, what a burst has found is what it was.
  [[nodiscard]] std::uint64_t erased() const { return erased_; }

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

  /// The flow in a slot, 0 to capacity() - 1, or null if the slot is free: for sweeps that look at a few a turn.
  [[nodiscard]] Flow* at(std::uint32_t slot) { return places_[slot].entry == kNone ? nullptr : &flows_[slot]; }
  [[nodiscard]] std::uint32_t slot_of(const Flow* flow) const { return static_cast<std::uint32_t>(flow - flows_); }
  /// The flow's memory even if it is free or another's by now: the lanes' epochs tell whether a reference is void.
  [[nodiscard]] Flow& slot(std::uint32_t slot) { return flows_[slot]; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// Where a flow's entry is: apart from the flow, so that a sweep over free slots reads 8 bytes each.
  struct Place {
    std::uint32_t entry = kNone;  // bucket * kBucketEntries + index in it; kNone: the slot is free
    std::uint32_t home = kNone;   // the bucket where a search begins; of a free slot, the next free slot
  };
  struct Layout;

  void find_chunk(std::span<Probe> chunk);
  [[nodiscard]] Flow* oldest_quiet(FlowAges::Kind kind);
  template <typename Accept>
  [[nodiscard]] std::uint32_t search(std::uint64_t hash, Accept accept) const;
  /// Scales the hash's upper half to the number of buckets by a multiply, so that it need not be a power of two.
  [[nodiscard]] std::uint32_t home_of(std::uint64_t hash) const {
    return static_cast<std::uint32_t>(((hash >> 32U) * bucket_count_) >> 32U);
  }
  [[nodiscard]] std::uint32_t bucket_after(std::uint32_t bucket) const {
    return bucket + 1 == bucket_count_ ? 0 : bucket + 1;
  }

  Bucket* buckets_;
  Flow* flows_;
  Place* places_;
  std::uint32_t bucket_count_;
  std::uint32_t capacity_;
  std::uint32_t size_ = 0;
  std::uint32_t first_free_ = 0;
  std::uint64_t erased_ = 0;
  FlowAges ages_;
};

}  // namespace weir
