#include "record/memory_packets.h"

namespace weir {

MemoryPackets::Buffer& MemoryPackets::fresh() {
  if (free_.empty()) free_.push_back(&buffers_.emplace_back());
  Buffer& buffer = *free_.back();
  free_.pop_back();
  static_cast<Packet&>(buffer) = Packet();
  return buffer;
}

Frame MemoryPackets::allocate(std::uint32_t length) {
  Buffer& buffer = fresh();
  buffer.bytes.resize(length);
  buffer.original_length = length;
  return {&buffer, buffer.bytes.data(), length};
}

Frame MemoryPackets::receive(std::span<const std::byte> bytes, std::uint32_t original_length) {
  Buffer& buffer = fresh();
  buffer.bytes.assign(bytes.begin(), bytes.end());
  buffer.original_length = original_length;
  return {&buffer, buffer.bytes.data(), static_cast<std::uint32_t>(bytes.size())};
}

void MemoryPackets::free(std::span<Packet* const> packets) {
  for (Packet* packet : packets) free_.push_back(static_cast<Buffer*>(packet));
}

}  // namespace weir
