#include "flow/flow_key.h"

#include <array>

namespace weir {
namespace {

__extension__ using Wide = unsigned __int128;

/// The first 512 bits of pi's fraction: numbers with nothing hidden in them.
constexpr std::array<std::uint64_t, 8> kPi{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
                                           0x082efa98ec4e6c89, 0x452821e638d01377, 0xbe5466cf34e90c6c,
                                           0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917};

/// Multiplies to 128 bits and folds the halves: every bit of both factors reaches bits all over the result.
constexpr std::uint64_t fold(std::uint64_t x, std::uint64_t y) {
  const Wide product = Wide{x} * y;
  return static_cast<std::uint64_t>(product >> 64U) ^ static_cast<std::uint64_t>(product);
}

}  // namespace

std::uint64_t hash_of(const FlowKey& key) {
  std::array<std::uint64_t, 5> word;
  static_assert(sizeof word == sizeof key);
  std::memcpy(word.data(), &key, sizeof key);
  // The addresses' folds don't wait for each other; the ports, where most of the difference is, get two more folds.
  const std::uint64_t a = fold(word[0] ^ kPi[0], word[1] ^ kPi[1]);
  const std::uint64_t b = fold(word[2] ^ kPi[2], word[3] ^ kPi[3]);
  return fold(fold(word[4] ^ kPi[4] ^ a, b ^ kPi[5]) ^ kPi[6], kPi[7]);
}

}  // namespace weir
