// Packet and mbuf are one thing seen twice: the Packet is the mbuf's private area, right behind it. Only for the .cc
// files of this folder.
#pragma once

#include <rte_ether.h>
#include <rte_mbuf.h>

#include <cstddef>
#include <cstdint>

#include "base/packet.h"
#include "dpdk/vlan_tags.h"

namespace weir {

static_assert(sizeof(rte_mbuf) % alignof(Packet) == 0, "the private area begins on a packet's alignment");
static_assert(sizeof(Packet) % RTE_MBUF_PRIV_ALIGN == 0, "the data room begins behind the packet");

[[nodiscard]] inline Packet* packet_of(rte_mbuf* mbuf) {
  return reinterpret_cast<Packet*>(mbuf + 1);
}
[[nodiscard]] inline rte_mbuf* mbuf_of(Packet* packet) {
  return reinterpret_cast<rte_mbuf*>(packet) - 1;
}
[[nodiscard]] inline const rte_mbuf* mbuf_of(const Packet* packet) {
  return reinterpret_cast<const rte_mbuf*>(packet) - 1;
}

[[nodiscard]] inline Frame frame_of(rte_mbuf* mbuf) {
  return {packet_of(mbuf), rte_pktmbuf_mtod(mbuf, std::byte*), mbuf->data_len};
}

/// Puts back the VLAN tags that a driver took out of the frame. False when there is no room before it.
[[nodiscard]] inline bool restore_tags(rte_mbuf* mbuf) {
  constexpr std::uint64_t kTag = RTE_MBUF_F_RX_VLAN_STRIPPED;
  constexpr std::uint64_t kOuter = RTE_MBUF_F_RX_QINQ_STRIPPED;
  if ((mbuf->ol_flags & (kTag | kOuter)) == 0) [[likely]]
    return true;
  if (mbuf->data_len < sizeof(rte_ether_hdr)) return true;
  const std::uint16_t ethertype = rte_be_to_cpu_16(rte_pktmbuf_mtod(mbuf, const rte_ether_hdr*)->ether_type);
  const bool both = (mbuf->ol_flags & kTag) != 0 && (mbuf->ol_flags & kOuter) != 0;
  const std::uint16_t single = (mbuf->ol_flags & kOuter) != 0 ? mbuf->vlan_tci_outer : mbuf->vlan_tci;
  const StrippedTags tags = both ? both_tags(mbuf->vlan_tci_outer, mbuf->vlan_tci) : one_tag(single, ethertype);
  mbuf->ol_flags &= ~(kTag | kOuter | RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_QINQ);
  const auto grown = static_cast<std::uint16_t>(tags.count * kTagBytes);
  if (rte_pktmbuf_prepend(mbuf, grown) == nullptr) return false;
  insert_tags(rte_pktmbuf_mtod(mbuf, std::byte*), tags);
  return true;
}

}  // namespace weir
