// VLAN tags that a driver took out of a frame, and putting them back. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir {

inline constexpr std::size_t kTagBytes = 4;
inline constexpr std::uint16_t kCustomerTag = 0x8100;  // IEEE 802.1Q
inline constexpr std::uint16_t kServiceTag = 0x88a8;   // IEEE 802.1ad

struct VlanTag {
  std::uint16_t ethertype = kCustomerTag;
  std::uint16_t control = 0;  // priority, drop eligibility, VLAN number
};

/// What was taken out of one frame, the outer tag first.
struct StrippedTags {
  std::array<VlanTag, 2> tags;
  std::size_t count = 0;
};

/// One tag of untold type, as net_af_packet hands it over: it was a service tag if a customer tag follows it (the order
/// of IEEE 802.1ad-2005), else a customer tag. @param next the Ethertype that the frame now shows.
[[nodiscard]] constexpr StrippedTags one_tag(std::uint16_t control, std::uint16_t next) {
  return {{VlanTag{next == kCustomerTag ? kServiceTag : kCustomerTag, control}}, 1};
}

[[nodiscard]] constexpr StrippedTags both_tags(std::uint16_t outer, std::uint16_t inner) {
  return {{VlanTag{kServiceTag, outer}, VlanTag{kCustomerTag, inner}}, 2};
}

/// Writes the tags between the addresses and what follows them. The frame itself begins count * kTagBytes behind
/// `begin`: its addresses move forward to `begin`.
inline void insert_tags(std::byte* begin, const StrippedTags& stripped) {
  constexpr std::size_t kAddresses = 12;
  std::memmove(begin, begin + stripped.count * kTagBytes, kAddresses);
  std::byte* at = begin + kAddresses;
  for (std::size_t i = 0; i < stripped.count; ++i) {
    const VlanTag& tag = stripped.tags[i];
    for (const std::uint16_t word : {tag.ethertype, tag.control}) {
      *at++ = static_cast<std::byte>(word >> 8U);
      *at++ = static_cast<std::byte>(word & 0xffU);
    }
  }
}

}  // namespace weir
