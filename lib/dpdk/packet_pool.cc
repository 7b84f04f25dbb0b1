#include "dpdk/packet_pool.h"

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "dpdk/mbuf_packet.h"

namespace weir {
namespace {

constexpr unsigned kWorkerCache = 256;  // buffers that a worker keeps to itself: half a cache goes to the pool at once

class MbufSource final : public PacketSource {
 public:
  explicit MbufSource(rte_mempool* pool) : pool_(pool) {}

  Frame allocate(std::uint32_t length) override {
    rte_mbuf* const mbuf = rte_pktmbuf_alloc(pool_);
    if (mbuf == nullptr) return {};
    if (length > rte_pktmbuf_tailroom(mbuf)) {
      rte_pktmbuf_free(mbuf);
      return {};
    }
    mbuf->data_len = static_cast<std::uint16_t>(length);
    mbuf->pkt_len = length;
    return frame_of(mbuf);
  }

  PacketBytes bytes_of(const Packet& packet) const override {
    const rte_mbuf* const mbuf = mbuf_of(&packet);
    return {{rte_pktmbuf_mtod(mbuf, const std::byte*), mbuf->data_len}, mbuf->data_len};
  }

  void free(std::span<Packet* const> packets) override {
    constexpr std::size_t kAtOnce = 64;
    std::array<rte_mbuf*, kAtOnce> mbufs;
    while (!packets.empty()) {
      const std::size_t count = std::min(packets.size(), kAtOnce);
      std::transform(packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(count), mbufs.begin(),
                     [](Packet* packet) { return mbuf_of(packet); });
      rte_pktmbuf_free_bulk(mbufs.data(), static_cast<unsigned>(count));
      packets = packets.subspan(count);
    }
  }

 private:
  rte_mempool* pool_;
};

void begin_packet(rte_mempool* /*pool*/, void* /*argument*/, void* object, unsigned /*index*/) {
  std::construct_at(packet_of(static_cast<rte_mbuf*>(object)));
}

}  // namespace

PacketPool::PacketPool(std::size_t buffers, std::uint32_t largest_mtu)
    : pool_(rte_pktmbuf_pool_create("weir_packets", static_cast<unsigned>(buffers), kWorkerCache, sizeof(Packet),
                                    static_cast<std::uint16_t>(RTE_PKTMBUF_HEADROOM + frame_room(largest_mtu)),
                                    static_cast<int>(rte_socket_id()))) {
  if (pool_ == nullptr) {
    throw std::runtime_error("taking " + std::to_string(buffers) + " packet buffers (" +
                             std::to_string(memory_mib(buffers, largest_mtu)) +
                             " MiB) failed: " + rte_strerror(rte_errno));
  }
  rte_mempool_obj_iter(pool_, begin_packet, nullptr);
}

PacketPool::~PacketPool() {
  rte_mempool_free(pool_);
}

std::size_t PacketPool::memory_mib(std::size_t buffers, std::uint32_t largest_mtu) {
  constexpr std::size_t kMib = 1024 * 1024;
  constexpr std::size_t kPage = 4096;
  constexpr std::size_t kObjectHeader = 64;
  const std::size_t each =
      kObjectHeader + sizeof(rte_mbuf) + sizeof(Packet) + RTE_PKTMBUF_HEADROOM + frame_room(largest_mtu);
  // A mempool never lays an object across two pages; reckoned for the smallest page, so that it holds without
  // hugepages.
  const std::size_t a_page = kPage / each;
  const std::size_t pages = a_page > 0 ? (buffers + a_page - 1) / a_page : buffers * ((each + kPage - 1) / kPage);
  const std::size_t ring = sizeof(void*) * 2 * buffers;  // the free list, rounded up to a power of two
  return (pages * kPage + ring) / kMib + 1;
}

std::size_t PacketPool::available() const {
  return rte_mempool_avail_count(pool_);
}

std::uint32_t PacketPool::longest_frame() const {
  return std::uint32_t{rte_pktmbuf_data_room_size(pool_)} - RTE_PKTMBUF_HEADROOM;
}

std::unique_ptr<PacketSource> PacketPool::source() {
  return std::make_unique<MbufSource>(pool_);
}

}  // namespace weir
