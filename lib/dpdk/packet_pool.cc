#include "dpdk/packet_pool.h"

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>
#include <rte_mempool.h>
#include <rte_memzone.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "dpdk/mbuf_packet.h"

namespace weir {
namespace {

constexpr const char* kName = "weir_packets";
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

constexpr std::size_t kPage = 4096;                         // the smallest; larger ones are whole multiples
constexpr std::size_t kObjectHeader = RTE_CACHE_LINE_SIZE;  // a mempool's own, before each object

// Bytes of a buffer in all: DPDK's headers, the Packet, and room for a frame.
std::size_t buffer_size(std::uint32_t largest_mtu) {
  return kObjectHeader + sizeof(rte_mbuf) + sizeof(Packet) + RTE_PKTMBUF_HEADROOM + frame_room(largest_mtu);
}

void free_area(rte_mempool_memhdr* /*part*/, void* area) {
  rte_memzone_free(static_cast<const rte_memzone*>(area));
}

// Lays the pool's buffers into one area that begins with a page, as net_af_xdp takes for granted.
bool populate_one_area(rte_mempool* pool, unsigned buffers) {
  const rte_memzone* const area =
      rte_memzone_reserve_aligned(kName, buffers * kPage, static_cast<int>(rte_socket_id()), 0, kPage);
  if (area == nullptr) return false;
  void* const owner = const_cast<rte_memzone*>(area);
  return rte_mempool_populate_virt(pool, static_cast<char*>(area->addr), buffers * kPage, kPage, free_area, owner) ==
         static_cast<int>(buffers);
}

// As rte_pktmbuf_pool_create, but for where the buffers lie, and that they are not spread over memory channels, which
// would make each longer than a page. Null, and rte_errno, on failure.
rte_mempool* create_one_a_page(unsigned buffers) {
  constexpr std::size_t kObject = kPage - kObjectHeader;
  constexpr std::size_t kRoom = kObject - sizeof(rte_mbuf) - sizeof(Packet);
  rte_mempool* const pool =
      rte_mempool_create_empty(kName, buffers, kObject, kWorkerCache, sizeof(rte_pktmbuf_pool_private),
                               static_cast<int>(rte_socket_id()), RTE_MEMPOOL_F_NO_SPREAD);
  if (pool == nullptr) return nullptr;
  rte_pktmbuf_pool_private rooms{.mbuf_data_room_size = kRoom, .mbuf_priv_size = sizeof(Packet), .flags = 0};
  rte_pktmbuf_pool_init(pool, &rooms);
  if (rte_mempool_set_ops_byname(pool, rte_mbuf_best_mempool_ops(), nullptr) != 0 ||
      !populate_one_area(pool, buffers)) {
    rte_mempool_free(pool);
    return nullptr;
  }
  rte_mempool_obj_iter(pool, rte_pktmbuf_init, nullptr);
  return pool;
}

rte_mempool* create_packed(unsigned buffers, std::uint32_t largest_mtu) {
  return rte_pktmbuf_pool_create(kName, buffers, kWorkerCache, sizeof(Packet),
                                 static_cast<std::uint16_t>(RTE_PKTMBUF_HEADROOM + frame_room(largest_mtu)),
                                 static_cast<int>(rte_socket_id()));
}

void begin_packet(rte_mempool* /*pool*/, void* /*argument*/, void* object, unsigned /*index*/) {
  std::construct_at(packet_of(static_cast<rte_mbuf*>(object)));
}

}  // namespace

PacketPool::PacketPool(std::size_t buffers, std::uint32_t largest_mtu, BufferLayout layout)
    : pool_(layout == BufferLayout::kOneAPage && buffer_size(largest_mtu) <= kPage
                ? create_one_a_page(static_cast<unsigned>(buffers))
                : create_packed(static_cast<unsigned>(buffers), largest_mtu)) {
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
  const std::size_t each = buffer_size(largest_mtu);
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
