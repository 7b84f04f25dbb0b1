// Where packets come from that no port received, and where dropped ones go. One worker's thread uses one object.
#pragma once

#include <cstdint>
#include <span>

#include "base/packet.h"

namespace weir {

/// What a packet holds, and how long its frame was on the wire where less of it was captured.
struct PacketBytes {
  std::span<const std::byte> bytes;
  std::uint32_t original_length = 0;
};

class PacketSource {
 public:
  static constexpr std::size_t kLargest = 2'000;  // bytes of a frame that may be asked for

  PacketSource() = default;
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;
  virtual ~PacketSource() = default;

  /// A frame of `length` bytes (at most kLargest), contents undefined, ready to be written and sent; its packet is null
  /// when no buffer is free.
  [[nodiscard]] virtual Frame allocate(std::uint32_t length) = 0;

  /// The frame in a packet, whether or not the packet has been told where it is. Called only where frames are captured.
  [[nodiscard]] virtual PacketBytes bytes_of(const Packet& packet) const = 0;

  /// The longest frame that a small buffer holds, in bytes; 0: there are no small buffers.
  [[nodiscard]] virtual std::uint32_t small_room() const { return 0; }

  /// Copies a packet of at most small_room() bytes, with all that is remembered of it, into a small buffer and gives
  /// its own back. Null when no small one is free: nothing has happened then.
  [[nodiscard]] virtual Packet* shrink(Packet& /*packet*/) { return nullptr; }

  /// Gives packets back to the free pool.
  virtual void free(std::span<Packet* const> packets) = 0;
};

}  // namespace weir
