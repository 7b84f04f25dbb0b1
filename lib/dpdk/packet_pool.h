// Where packets live: one pool of buffers for all ports, each buffer with its Packet right behind DPDK's own header,
// so that going from one to the other is pointer arithmetic. Beside it, if asked for, a pool of small buffers: no port
// receives into them, held frames of few bytes are copied there. Made and taken down by the control thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/packet_source.h"

struct rte_mempool;

namespace weir {

/// How buffers lie in memory. DPDK never lays one across two pages, so between packed ones that don't divide a page
/// there are gaps; net_af_xdp tells the kernel of one area of (buffers x size) bytes, without gaps, and the kernel
/// refuses every frame behind it. One a page, and of a page's size, there are none.
enum class BufferLayout : std::uint8_t { kPacked, kOneAPage };

class PacketPool {
 public:
  /// @param buffers how many frames it holds; @param largest_mtu the largest MTU of its ports, in bytes; @param layout
  /// kOneAPage where a port is AF_XDP's; without meaning for buffers that are larger than a page;
  /// @param small_buffers 0: nothing is ever copied.
  /// Throws std::runtime_error when the EAL's memory is too small.
  PacketPool(std::size_t buffers, std::uint32_t largest_mtu, BufferLayout layout = BufferLayout::kPacked,
             std::size_t small_buffers = 0);

  /// The ports that receive from it must be gone.
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  /// MiB that such a pool takes, for EalPlan::memory_mib.
  [[nodiscard]] static std::size_t memory_mib(std::size_t buffers, std::uint32_t largest_mtu,
                                              std::size_t small_buffers = 0);

  /// What a small buffer takes of memory, without its place in the free list.
  [[nodiscard]] static std::size_t small_buffer_size();

  /// Buffers that are free now. A gauge: slow, for control only.
  [[nodiscard]] std::size_t available() const;
  [[nodiscard]] std::size_t small_available() const;

  /// The longest frame that fits one buffer, in bytes.
  [[nodiscard]] std::uint32_t longest_frame() const;

  /// What a worker takes packets from and gives dropped ones back to: one object a worker.
  [[nodiscard]] std::unique_ptr<PacketSource> source();

  [[nodiscard]] rte_mempool* pool() const { return pool_; }

 private:
  rte_mempool* pool_;
  rte_mempool* small_ = nullptr;
};

/// Bytes of a buffer that a frame of this MTU may fill, Ethernet header and two VLAN tags included, rounded so that
/// net_af_packet's ring slots fit too (it wants the buffer to hold a whole slot).
[[nodiscard]] constexpr std::uint32_t frame_room(std::uint32_t mtu) {
  constexpr std::uint32_t kLinkHeader = 14 + 2 * 4;
  constexpr std::uint32_t kSlotHeader = 80;  // TPACKET2_HDRLEN and its alignment
  constexpr std::uint32_t kStep = 1024;
  const std::uint32_t room = mtu + kLinkHeader + kSlotHeader;
  return room < 2 * kStep ? 2 * kStep : (room + kStep - 1) / kStep * kStep;
}

}  // namespace weir
