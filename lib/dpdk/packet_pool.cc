#include "dpdk/packet_pool.h"

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>
#include <rte_mempool.h>
#include <rte_memzone.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include "dpdk/mbuf_packet.h"

namespace weir {
namespace {

constexpr const char* kName = "weir_packets";
constexpr const char* kSmallName = "weir_small";
// Longest frame of a small buffer. TCP without payload, with time stamps, has 66 bytes over IPv4, 86 over IPv6; two
// tags are 8 more, a SACK block 12.
constexpr std::uint32_t kSmallRoom = 104;
constexpr unsigned kWorkerCache = 256;  // buffers that a worker keeps to itself: half a cache goes to the pool at once

class MbufSource final : public PacketSource {
 public:
  MbufSource(rte_mempool* pool, rte_mempool* small) : pool_(pool), small_(small) {}

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

  std::uint32_t small_room() const override { return small_ == nullptr ? 0 : kSmallRoom; }

  // A small buffer has no headroom: no driver needs any to send, and ports never receive into it.
  Packet* shrink(Packet& packet) override {
    rte_mbuf* const small = rte_pktmbuf_alloc(small_);
    if (small == nullptr) return nullptr;
    small->data_off = 0;
    small->data_len = static_cast<std::uint16_t>(packet.length);
    small->pkt_len = packet.length;
    Packet* const copy = packet_of(small);
    *copy = packet;
    copy->bytes = rte_pktmbuf_mtod(small, std::byte*);
    copy->is_small = true;
    std::memcpy(copy->bytes, packet.bytes, packet.length);
    rte_pktmbuf_free(mbuf_of(&packet));
    return copy;
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
  rte_mempool* small_;  // null: there are none
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

// The header of an object, the mbuf, the Packet and the frame, without a gap: whole cache lines, and the mbuf on the
// border of one. A mempool that aligns its objects itself takes a whole line for the header.
constexpr std::size_t kSmallHeader = sizeof(rte_mempool_objhdr);
constexpr std::size_t kSmallObject = sizeof(rte_mbuf) + sizeof(Packet) + kSmallRoom;
static_assert((kSmallHeader + kSmallObject) % RTE_CACHE_LINE_SIZE == 0);

constexpr std::size_t kSmallSkipped = RTE_CACHE_LINE_SIZE - kSmallHeader;  // what puts the first mbuf on the border

const rte_memzone* small_area(std::size_t bytes, unsigned flags, std::size_t alignment) {
  return rte_memzone_reserve_aligned(kSmallName, bytes, static_cast<int>(rte_socket_id()), flags,
                                     static_cast<unsigned>(alignment));
}

// A stretch of an area that is in one piece for devices too.
struct SmallPiece {
  char* begin;
  rte_iova_t iova;
  std::size_t length;
};

// Lays buffers into it, the first one's mbuf on a cache line's border. How many, or a negative errno. @param owner the
// area that goes with them, or null.
int populate_small_piece(rte_mempool* pool, const SmallPiece& piece, const rte_memzone* owner) {
  return rte_mempool_populate_iova(pool, piece.begin + kSmallSkipped, piece.iova + kSmallSkipped,
                                   piece.length - kSmallSkipped, owner == nullptr ? nullptr : free_area,
                                   const_cast<rte_memzone*>(owner));
}

// Where huge pages lie scattered, and devices get physical addresses (no IOMMU), no area is in one piece: then page by
// page, each as if it were an area of its own.
bool populate_small_by_page(rte_mempool* pool, unsigned buffers) {
  constexpr std::size_t kPiece = std::size_t{2} << 20U;  // the smallest huge page; larger ones are whole multiples
  constexpr std::size_t kInAPiece = (kPiece - kSmallSkipped) / (kSmallHeader + kSmallObject);
  const std::size_t pieces = (buffers + kInAPiece - 1) / kInAPiece;
  const rte_memzone* const area = small_area(pieces * kPiece, 0, kPiece);
  if (area == nullptr) return false;
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    char* const begin = static_cast<char*>(area->addr) + piece * kPiece;
    if (populate_small_piece(pool, {begin, rte_mem_virt2iova(begin), kPiece}, piece == 0 ? area : nullptr) <= 0) {
      if (piece == 0) rte_memzone_free(area);
      return false;
    }
  }
  return pool->populated_size == buffers;
}

// Lays the small buffers into one area. They may lie across two pages: the area is in one piece for devices too.
bool populate_small(rte_mempool* pool, unsigned buffers) {
  const std::size_t length = kSmallSkipped + buffers * (kSmallHeader + kSmallObject);
  const rte_memzone* const area = small_area(length, RTE_MEMZONE_IOVA_CONTIG, RTE_CACHE_LINE_SIZE);
  if (area == nullptr) return populate_small_by_page(pool, buffers);
  const SmallPiece whole{static_cast<char*>(area->addr), area->iova, length};
  return populate_small_piece(pool, whole, area) == static_cast<int>(buffers);
}

rte_mempool* create_small(unsigned buffers) {
  rte_mempool* const pool =
      rte_mempool_create_empty(kSmallName, buffers, kSmallObject, std::min(kWorkerCache, buffers / 2),
                               sizeof(rte_pktmbuf_pool_private), static_cast<int>(rte_socket_id()),
                               RTE_MEMPOOL_F_NO_SPREAD | RTE_MEMPOOL_F_NO_CACHE_ALIGN | RTE_MEMPOOL_F_NO_IOVA_CONTIG);
  if (pool == nullptr) return nullptr;
  rte_pktmbuf_pool_private rooms{.mbuf_data_room_size = kSmallRoom, .mbuf_priv_size = sizeof(Packet), .flags = 0};
  rte_pktmbuf_pool_init(pool, &rooms);
  if (rte_mempool_set_ops_byname(pool, rte_mbuf_best_mempool_ops(), nullptr) != 0 || !populate_small(pool, buffers)) {
    rte_mempool_free(pool);
    return nullptr;
  }
  rte_mempool_obj_iter(pool, rte_pktmbuf_init, nullptr);
  return pool;
}

void begin_packet(rte_mempool* /*pool*/, void* /*argument*/, void* object, unsigned /*index*/) {
  std::construct_at(packet_of(static_cast<rte_mbuf*>(object)));
}

}  // namespace

PacketPool::PacketPool(std::size_t buffers, std::uint32_t largest_mtu, BufferLayout layout, std::size_t small_buffers)
    : pool_(layout == BufferLayout::kOneAPage && buffer_size(largest_mtu) <= kPage
                ? create_one_a_page(static_cast<unsigned>(buffers))
                : create_packed(static_cast<unsigned>(buffers), largest_mtu)) {
  if (pool_ == nullptr) {
    throw std::runtime_error("taking " + std::to_string(buffers) + " packet buffers (" +
                             std::to_string(memory_mib(buffers, largest_mtu)) +
                             " MiB) failed: " + rte_strerror(rte_errno));
  }
  rte_mempool_obj_iter(pool_, begin_packet, nullptr);
  if (small_buffers == 0) return;
  small_ = create_small(static_cast<unsigned>(small_buffers));
  if (small_ == nullptr) {
    const std::string why = rte_strerror(rte_errno);
    rte_mempool_free(pool_);
    throw std::runtime_error("taking " + std::to_string(small_buffers) + " small packet buffers (" +
                             std::to_string(memory_mib(0, largest_mtu, small_buffers)) + " MiB) failed: " + why);
  }
  rte_mempool_obj_iter(small_, begin_packet, nullptr);
}

PacketPool::~PacketPool() {
  rte_mempool_free(small_);
  rte_mempool_free(pool_);
}

std::size_t PacketPool::small_buffer_size() {
  return kSmallHeader + kSmallObject;
}

std::size_t PacketPool::memory_mib(std::size_t buffers, std::uint32_t largest_mtu, std::size_t small_buffers) {
  constexpr std::size_t kMib = 1024 * 1024;
  const std::size_t each = buffer_size(largest_mtu);
  // A mempool never lays an object across two pages; reckoned for the smallest page, so that it holds without
  // hugepages.
  const std::size_t a_page = kPage / each;
  const std::size_t pages = a_page > 0 ? (buffers + a_page - 1) / a_page : buffers * ((each + kPage - 1) / kPage);
  const std::size_t ring = sizeof(void*) * 2 * (buffers + small_buffers);  // the free lists: a power of two each
  return (pages * kPage + small_buffers * small_buffer_size() + ring) / kMib + 1;
}

std::size_t PacketPool::available() const {
  return rte_mempool_avail_count(pool_);
}

std::size_t PacketPool::small_available() const {
  return small_ == nullptr ? 0 : rte_mempool_avail_count(small_);
}

std::uint32_t PacketPool::longest_frame() const {
  return std::uint32_t{rte_pktmbuf_data_room_size(pool_)} - RTE_PKTMBUF_HEADROOM;
}

std::unique_ptr<PacketSource> PacketPool::source() {
  return std::make_unique<MbufSource>(pool_, small_);
}

}  // namespace weir
