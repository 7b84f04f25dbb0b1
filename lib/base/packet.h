// A Packet is a frame's bytes and what the pipeline remembers of it while it waits.
// It lies in memory that the packet source owns (an mbuf's private area, a fake's array); the engine only moves
// pointers. A packet is owned by exactly one of: port, lane, tx batch, free pool. Touched by one worker at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.h"

namespace weir {

/// One frame in waiting. The fields are meaningful only between admit and send; a port fills none of them.
struct alignas(64) Packet {
  Packet* next = nullptr;             // the packet behind this one in its lane or batch
  std::byte* bytes = nullptr;         // first byte of the frame (Ethernet header)
  Instant due_at;                     // leaves no earlier than this
  Instant arrived_at;                 // the turn that admitted it
  std::uint32_t length = 0;           // bytes of the frame
  std::uint32_t sequence = 0;         // TCP sequence number of its first byte
  std::uint32_t decision = 0;         // number of its first decision record, counted a worker; 0: none
  std::uint32_t queued_us = 0;        // when it joined the queue before the limiter, modulo 2^32 microseconds
  std::uint32_t exchange = 0;         // that its first byte belongs to, for captures
  std::uint16_t sequence_length = 0;  // sequence numbers that it takes (SYN and FIN count one each)
  std::uint16_t place = 0;            // in the order of its lane, modulo 2^16
  std::uint16_t charge = 0;           // bytes that the limiter counts for it
  std::uint16_t own_charge = 0;       // bytes that its rule's own rate counts for it
  std::uint8_t decisions = 0;         // how many consecutive records belong to it
  std::uint8_t rule = 255;            // that its connection came under when it was noted, for captures
  std::uint8_t touched = 0;           // the low bits of weir::touch, for captures
  bool is_first_byte : 1 = false;     // carries the first byte that latency holds
  bool cuts : 1 = false;              // its connection is cut once it has left
  bool paced : 1 = false;             // has its turn at its rule's own rate: due_at says when
  bool is_small : 1 = false;          // lies in a small buffer; the packet source says so

  /// TCP sequence number behind its last byte.
  [[nodiscard]] std::uint32_t sequence_end() const { return sequence + sequence_length; }
};
static_assert(sizeof(Packet) == 64, "a packet's metadata is one cache line");

/// A frame as a port hands it over: the packet that will remember it, and where its bytes are.
/// Kept apart from Packet so that a frame that passes untouched never touches its packet's cache line.
struct Frame {
  Packet* packet = nullptr;
  std::byte* bytes = nullptr;
  std::uint32_t length = 0;

  [[nodiscard]] std::span<std::byte> span() const { return {bytes, length}; }
};

}  // namespace weir
