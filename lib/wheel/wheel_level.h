// One level of the wheel: a ring of slots of one width, each a list of entries in the order of their arrival, and the
// earliest due time in it. One worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wheel/entry_pool.h"
#include "wheel/slot_bitmap.h"

namespace weir {

struct WheelSlot {
  Instant earliest_at = Instant::never();  // of the entries in it, and of those taken down from it since it was empty
  EntryList entries;
};
static_assert(sizeof(WheelSlot) == 16, "four slots a cache line");

class WheelLevel {
 public:
  WheelLevel() = default;
  /// @param slots  2^bits of them, constructed and empty. @param shift  a slot is 2^shift nanoseconds wide.
  WheelLevel(WheelSlot* slots, unsigned bits, unsigned shift)
      : slots_(slots), mask_((std::size_t{1} << bits) - 1), shift_(shift) {}

  /// The slot of an instant, in nanoseconds since the start of the run.
  [[nodiscard]] std::size_t slot_of(std::uint64_t at) const { return static_cast<std::size_t>(at >> shift_) & mask_; }
  [[nodiscard]] std::size_t slot_of(Instant at) const { return slot_of(static_cast<std::uint64_t>(at.nanoseconds())); }

  [[nodiscard]] WheelSlot& operator[](std::size_t slot) { return slots_[slot]; }
  [[nodiscard]] const SlotBitmap& occupied() const { return occupied_; }

  void append(EntryPool& pool, WheelEntry entry) {
    const std::size_t index = slot_of(entry.due_at);
    WheelSlot& slot = slots_[index];
    slot.earliest_at = entry.due_at < slot.earliest_at ? entry.due_at : slot.earliest_at;
    if (pool.append(slot.entries, entry)) occupied_.set(index);
  }

  /// Says that the last entry of a slot was taken.
  void mark_empty(std::size_t slot) {
    slots_[slot].earliest_at = Instant::never();
    occupied_.clear(slot);
  }

  /// The earliest due time of the level, `from` being an instant that no entry in it precedes by a slot; never when
  /// empty.
  [[nodiscard]] Instant earliest_from(std::uint64_t from) const {
    const std::size_t slot = occupied_.first_from(slot_of(from));
    return slot == SlotBitmap::kNone ? Instant::never() : slots_[slot].earliest_at;
  }

 private:
  WheelSlot* slots_ = nullptr;
  std::size_t mask_ = 0;
  unsigned shift_ = 0;
  SlotBitmap occupied_;
};

}  // namespace weir
