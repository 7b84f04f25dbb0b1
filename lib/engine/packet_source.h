// Where packets come from that no port received, and where dropped ones go. One worker's thread uses one object.
#pragma once

#include <cstdint>
#include <span>

#include "base/packet.h"

namespace weir {

class PacketSource {
 public:
  PacketSource() = default;
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;
  virtual ~PacketSource() = default;

  /// A frame of `length` bytes (at most 2 000), contents undefined, ready to be written and sent; its packet is null
  /// when no buffer is free.
  [[nodiscard]] virtual Frame allocate(std::uint32_t length) = 0;

  /// Gives packets back to the free pool.
  virtual void free(std::span<Packet* const> packets) = 0;
};

}  // namespace weir
