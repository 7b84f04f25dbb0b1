// An IP address as 16 bytes in network order; IPv4 is held as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
#pragma once

#include <array>
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
  [[nodiscard]] constexpr bool is_v4() const {
    for (std::size_t i = 0; i < 10; ++i) {
      if (bytes[i] != std::byte{0}) return false;
    }
    return bytes[10] == std::byte{0xff} && bytes[11] == std::byte{0xff};
  }
  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

}  // namespace weir
