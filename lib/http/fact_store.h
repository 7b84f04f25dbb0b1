// Where the first part of a head waits for the rest: slots of one size in memory that is handed in, one store a worker.
// A connection takes a slot only while a request's head or a ClientHello of it is cut over several segments, so few
// slots serve many connections. Nothing is allocated; memory is touched when a slot is first used. Worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace weir {

class FactStore {
 public:
  static constexpr std::uint16_t kNone = 0x7fff;  // no slot; numbers take 15 bits (KeptHead)
  /// Bytes kept of a head: request line and Host of nearly every request, and a ClientHello with a post-quantum key
  /// share (1.8 KB as browsers send it) whole.
  static constexpr std::size_t kSlotBytes = 2'556;

  /// Bytes of memory for so many slots.
  [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t slots) { return slots * sizeof(Slot); }

  /// @param memory aligned for a std::uint16_t, outlives the store. As many slots as fit in it, 32 767 at most; none is
  /// a store that never has room.
  explicit FactStore(std::span<std::byte> memory);
  FactStore(const FactStore&) = delete;
  FactStore& operator=(const FactStore&) = delete;

  /// An empty slot, or kNone if all are taken. Goes back by release().
  [[nodiscard]] std::uint16_t acquire();
  void release(std::uint16_t slot);

  /// Adds bytes behind those that a slot keeps, as many as fit; answers whether that was all of them.
  [[nodiscard]] bool append(std::uint16_t slot, std::span<const std::byte> bytes);
  /// What a slot keeps. Valid until the next append or release.
  [[nodiscard]] std::span<std::byte> bytes(std::uint16_t slot);

  [[nodiscard]] std::uint16_t slots() const { return slot_count_; }
  [[nodiscard]] std::uint16_t in_use() const { return in_use_; }

 private:
  struct Slot {
    std::uint16_t size;       // bytes kept
    std::uint16_t next_free;  // of a released slot
    std::byte bytes[kSlotBytes];
  };
  static_assert(sizeof(Slot) == 2'560);

  Slot* slots_;
  std::uint16_t slot_count_;
  std::uint16_t untouched_ = 0;       // slots from here on were never used
  std::uint16_t first_free_ = kNone;  // of the released ones
  std::uint16_t in_use_ = 0;
};

}  // namespace weir
