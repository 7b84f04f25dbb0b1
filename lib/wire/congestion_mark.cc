#include "wire/congestion_mark.h"

#include "wire/checksum.h"
#include "wire/frame_walk.h"

namespace weir {
namespace {

constexpr unsigned kEcn = 3;  // RFC 3168, 5: the lower two bits of the traffic class; both set: experienced

// Version, header length and traffic class of IPv4 are its first word.
bool mark_v4(std::byte* ip) {
  constexpr std::size_t kChecksum = 10;
  const std::uint16_t before = load_big_u16(ip);
  if ((before & kEcn) == 0) return false;
  const auto after = static_cast<std::uint16_t>(before | kEcn);
  if (after == before) return true;
  store_big_u16(ip, after);
  store_big_u16(ip + kChecksum, updated_checksum(load_big_u16(ip + kChecksum), before, after));
  return true;
}

// In IPv6 the traffic class lies four bits to the left (RFC 8200, 3).
bool mark_v6(std::byte* ip) {
  const std::uint16_t before = load_big_u16(ip);
  if ((before >> 4U & kEcn) == 0) return false;
  store_big_u16(ip, static_cast<std::uint16_t>(before | kEcn << 4U));
  return true;
}

}  // namespace

bool mark_congestion(std::span<std::byte> frame) {
  if (frame.size() < kEthernetHeader) return false;
  std::size_t l3 = kEthernetHeader;
  std::uint16_t type = load_big_u16(frame.data() + 2 * kMacAddress);
  for (int tags = 0; tags < 2 && frame_walk::is_tag(type); ++tags) {
    if (frame.size() < l3 + kVlanTag) return false;
    type = load_big_u16(frame.data() + l3 + 2);
    l3 += kVlanTag;
  }
  const bool is_v6 = type == ethertype::kIpv6;
  const bool is_whole = frame.size() >= l3 + (is_v6 ? kIpv6Header : kIpv4Header);
  if (!is_whole || (!is_v6 && type != ethertype::kIpv4)) return false;
  return is_v6 ? mark_v6(frame.data() + l3) : mark_v4(frame.data() + l3);
}

}  // namespace weir
