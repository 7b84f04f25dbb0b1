// Numbers in network order (big-endian) at any address, whatever the alignment of packet memory. Each is one load or
// store and a swap: reads are written byte by byte, which compilers see through; writes are not, which g++ 12 doesn't.
// And bytes compared as words.
// The caller has checked the length. Any thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir {

static_assert(std::endian::native == std::endian::little);

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

/// Whether two blocks of so many 64-bit words are the same: one branch, for blocks that mostly are.
template <std::size_t kWords>
[[nodiscard]] inline bool same_words(const void* x, const void* y) {
  std::array<std::uint64_t, kWords> a, b;
  std::memcpy(a.data(), x, sizeof a);
  std::memcpy(b.data(), y, sizeof b);
  std::uint64_t differs = 0;
  for (std::size_t i = 0; i < kWords; ++i) differs |= a[i] ^ b[i];
  return differs == 0;
}

inline void store_big_u16(std::byte* at, std::uint16_t value) {
  const std::uint16_t swapped = __builtin_bswap16(value);
  std::memcpy(at, &swapped, sizeof swapped);
}

inline void store_big_u32(std::byte* at, std::uint32_t value) {
  const std::uint32_t swapped = __builtin_bswap32(value);
  std::memcpy(at, &swapped, sizeof swapped);
}

}  // namespace weir
