// What is kept of a head that is cut over several pieces: the number of a FactStore's slot, and whether something of
// it could not be kept. Part of ExchangeTracker; two bytes of state.
#pragma once

#include <cstdint>
#include <span>

#include "http/fact_store.h"

namespace weir {

class KeptHead {
 public:
  /// Nothing is kept, and nothing was to be.
  [[nodiscard]] bool empty() const { return slot_ == FactStore::kNone && lost_ == 0; }
  /// Something of the head is not among what is kept.
  [[nodiscard]] bool lost() const { return lost_ != 0; }

  /// Keeps the next bytes of the head, from its first one on, if there is room for them; else they are lost. Once
  /// something is lost, nothing behind it is kept.
  void keep(FactStore* store, std::span<const std::byte> bytes) {
    if (lost_ != 0) return;
    if (slot_ == FactStore::kNone && store != nullptr) slot_ = store->acquire() & FactStore::kNone;
    lost_ = has_slot_in(store) && store->append(slot_, bytes) ? 0 : 1;
  }
  /// Bytes of the head went by that nobody kept.
  void lose() { lost_ = 1; }

  /// What is kept, from the head's first byte on.
  [[nodiscard]] std::span<std::byte> bytes(FactStore* store) const {
    return has_slot_in(store) ? store->bytes(slot_) : std::span<std::byte>{};
  }

  /// Gives the slot back; the next head may come. @param store the one that keep() was called with.
  void drop(FactStore* store) {
    if (has_slot_in(store)) store->release(slot_);
    *this = KeptHead();
  }

 private:
  [[nodiscard]] bool has_slot_in(const FactStore* store) const { return slot_ != FactStore::kNone && store != nullptr; }

  std::uint16_t slot_ : 15 = FactStore::kNone;
  std::uint16_t lost_ : 1 = 0;
};
static_assert(sizeof(KeptHead) == 2);

}  // namespace weir
