// The hot shim: nothing but a burst, and pointer arithmetic from mbuf to packet and back.
#include <rte_ethdev.h>

#include <algorithm>
#include <array>

#include "dpdk/ethdev.h"
#include "dpdk/mbuf_packet.h"

namespace weir {
namespace {

constexpr std::size_t kBurst = 64;

/// A frame in one piece with its tags back: what the engine takes. False when no single buffer can hold it.
bool make_whole(rte_mbuf* mbuf) {
  return rte_pktmbuf_linearize(mbuf) == 0 && restore_tags(mbuf);
}

}  // namespace

std::size_t EthdevPort::receive(std::span<Frame> into) {
  if (receives_.count == 0) return 0;
  std::array<rte_mbuf*, kBurst> mbufs;
  const auto room = static_cast<std::uint16_t>(std::min(into.size(), kBurst));
  const auto queue = static_cast<std::uint16_t>(receives_.first + next_);
  next_ = static_cast<std::uint16_t>(next_ + 1 < receives_.count ? next_ + 1 : 0);
  const std::uint16_t taken = rte_eth_rx_burst(device_, queue, mbufs.data(), room);
  std::size_t whole = 0;
  for (std::uint16_t i = 0; i < taken; ++i) {
    if (make_whole(mbufs[i])) [[likely]] {
      into[whole++] = frame_of(mbufs[i]);
    } else {
      rte_pktmbuf_free(mbufs[i]);
      oversized_.add(1);
    }
  }
  return whole;
}

std::size_t EthdevPort::send(std::span<Packet* const> packets) {
  std::size_t sent = 0;
  while (sent < packets.size()) {
    std::array<rte_mbuf*, kBurst> mbufs;
    const std::size_t count = std::min(packets.size() - sent, kBurst);
    for (std::size_t i = 0; i < count; ++i) mbufs[i] = mbuf_of(packets[sent + i]);
    const std::uint16_t taken = rte_eth_tx_burst(device_, tx_queue_, mbufs.data(), static_cast<std::uint16_t>(count));
    sent += taken;
    if (taken < count) break;
  }
  return sent;
}

}  // namespace weir
