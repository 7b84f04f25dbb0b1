// Frames for the tests of this folder, and sending and receiving them through a port.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/packet_source.h"
#include "engine/port.h"

namespace weir {

using Bytes = std::vector<std::uint8_t>;

/// Addresses, then `head` (tags and Ethertype), then a pattern up to `length` bytes.
inline Bytes pattern_frame(const Bytes& head, std::size_t length) {
  Bytes frame{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
  for (const std::uint8_t byte : head) frame.push_back(byte);
  while (frame.size() < length) frame.push_back(static_cast<std::uint8_t>(frame.size() * 7 + 3));
  return frame;
}

inline Bytes bytes_of(const Frame& frame) {
  Bytes bytes(frame.length);
  std::memcpy(bytes.data(), frame.bytes, frame.length);
  return bytes;
}

/// A packet of the source with these bytes; null when the source has none.
inline Packet* packet_with(PacketSource& source, const Bytes& bytes) {
  const Frame frame = source.allocate(static_cast<std::uint32_t>(bytes.size()));
  if (frame.packet != nullptr) std::memcpy(frame.bytes, bytes.data(), bytes.size());
  return frame.packet;
}

/// Takes one frame off the port and frees its packet; empty when there is none.
inline Bytes receive_one(Port& port, PacketSource& source) {
  std::array<Frame, 1> frames;
  if (port.receive(frames) == 0) return {};
  Bytes bytes = bytes_of(frames[0]);
  source.free(std::array{frames[0].packet});
  return bytes;
}

}  // namespace weir
