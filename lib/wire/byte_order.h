// Numbers in network order (big-endian) at any address: read and written byte by byte, so neither the alignment of
// packet memory nor the byte order of the machine matters. Compilers turn each into one load or store and a swap.
// The caller has checked the length. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir {

[[nodiscard]] constexpr std::uint8_t load_u8(const std::byte* at) {
  return std::to_integer<std::uint8_t>(*at);
}

/// Four bytes as they lie, in the machine's order.
[[nodiscard]] inline std::uint32_t load_u32(const std::byte* at) {
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

[[nodiscard]] constexpr std::uint16_t load_big_u16(const std::byte* at) {
  return static_cast<std::uint16_t>((load_u8(at) << 8) | load_u8(at + 1));
}

[[nodiscard]] constexpr std::uint32_t load_big_u32(const std::byte* at) {
  return std::to_integer<std::uint32_t>(at[0]) << 24U | std::to_integer<std::uint32_t>(at[1]) << 16U |
         std::to_integer<std::uint32_t>(at[2]) << 8U | std::to_integer<std::uint32_t>(at[3]);
}

constexpr void store_big_u16(std::byte* at, std::uint16_t value) {
  at[0] = static_cast<std::byte>(value >> 8U);
  at[1] = static_cast<std::byte>(value);
}

constexpr void store_big_u32(std::byte* at, std::uint32_t value) {
  at[0] = static_cast<std::byte>(value >> 24U);
  at[1] = static_cast<std::byte>(value >> 16U);
  at[2] = static_cast<std::byte>(value >> 8U);
  at[3] = static_cast<std::byte>(value);
}

}  // namespace weir
