// An IP address as 16 bytes in network order; IPv4 is held as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace weir {

struct IpAddress {
  std::array<std::byte, 16> bytes{};

  /// @param octets four bytes in network order.
  [[nodiscard]] static constexpr IpAddress v4(const std::array<std::byte, 4>& octets) {
    IpAddress address;
    address.bytes[10] = address.bytes[11] = std::byte{0xff};
    for (std::size_t i = 0; i < 4; ++i) address.bytes[12 + i] = octets[i];
    return address;
  }
  /// The same of four bytes as they lie in a frame. Written as two words: read again as words, by hash and comparison,
  /// bytes that were stored one by one would have to be waited for.
  [[nodiscard]] static IpAddress v4(std::uint32_t as_it_lies) {
    static_assert(std::endian::native == std::endian::little);
    constexpr std::uint64_t kMapped = 0xffff0000;  // bytes 8 to 11: 0, 0, ff, ff
    const std::array<std::uint64_t, 2> words{0, std::uint64_t{as_it_lies} << 32U | kMapped};
    return std::bit_cast<IpAddress>(words);
  }
  [[nodiscard]] constexpr bool is_v4() const {
    for (std::size_t i = 0; i < 10; ++i) {
      if (bytes[i] != std::byte{0}) return false;
    }
    return bytes[10] == std::byte{0xff} && bytes[11] == std::byte{0xff};
  }
  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

}  // namespace weir
