// Packets out of plain memory, for runs in simulated time. Grows to as many as are in use at a time, and keeps them. A
// packet remembers how long its frame was on the wire, where the capture held less of it. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "engine/packet_source.h"

namespace weir {

class MemoryPackets : public PacketSource {
 public:
  [[nodiscard]] Frame allocate(std::uint32_t length) override;
  void free(std::span<Packet* const> packets) override;
  [[nodiscard]] PacketBytes bytes_of(const Packet& packet) const override {
    return {whole(packet).bytes, whole(packet).original_length};
  }

  /// A packet with a copy of the bytes, as a NIC would hand it over.
  [[nodiscard]] Frame receive(std::span<const std::byte> bytes, std::uint32_t original_length);

  /// Packets that are out.
  [[nodiscard]] std::size_t in_use() const { return buffers_.size() - free_.size(); }

 private:
  struct Buffer : Packet {
    std::vector<std::byte> bytes;
    std::uint32_t original_length = 0;
  };
  static const Buffer& whole(const Packet& packet) { return static_cast<const Buffer&>(packet); }
  Buffer& fresh();

  std::deque<Buffer> buffers_;
  std::vector<Buffer*> free_;
};

}  // namespace weir
