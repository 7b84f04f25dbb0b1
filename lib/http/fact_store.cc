#include "http/fact_store.h"

#include <algorithm>
#include <cstring>

namespace weir {

FactStore::FactStore(std::span<std::byte> memory)
    : slots_(reinterpret_cast<Slot*>(memory.data())),
      slot_count_(static_cast<std::uint16_t>(std::min<std::size_t>(memory.size() / sizeof(Slot), kNone))) {}

std::uint16_t FactStore::acquire() {
  std::uint16_t slot = first_free_;
  if (slot != kNone) {
    first_free_ = slots_[slot].next_free;
  } else if (untouched_ < slot_count_) {
    slot = untouched_++;
  } else {
    return kNone;
  }
  slots_[slot].size = 0;
  ++in_use_;
  return slot;
}

void FactStore::release(std::uint16_t slot) {
  slots_[slot].next_free = first_free_;
  first_free_ = slot;
  --in_use_;
}

bool FactStore::append(std::uint16_t slot, std::span<const std::byte> bytes) {
  Slot& kept = slots_[slot];
  const std::size_t room = kSlotBytes - kept.size;
  const std::size_t taken = std::min(room, bytes.size());
  if (taken > 0) std::memcpy(kept.bytes + kept.size, bytes.data(), taken);
  kept.size = static_cast<std::uint16_t>(kept.size + taken);
  return taken == bytes.size();
}

std::span<std::byte> FactStore::bytes(std::uint16_t slot) {
  return {slots_[slot].bytes, slots_[slot].size};
}

}  // namespace weir
