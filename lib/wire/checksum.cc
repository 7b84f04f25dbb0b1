#include "wire/checksum.h"

#include "wire/byte_order.h"

namespace weir {

void InternetChecksum::add(std::span<const std::byte> bytes) {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  // 2^16 is 1 in ones' complement, so words may be summed two at a time (RFC 1071, 2 C).
  for (; left >= 4; at += 4, left -= 4) sum_ += load_big_u32(at);
  if (left >= 2) {
    sum_ += load_big_u16(at);
    at += 2;
    left -= 2;
  }
  if (left == 1) sum_ += static_cast<std::uint64_t>(load_u8(at)) << 8U;
}

std::uint16_t InternetChecksum::value() const {
  std::uint64_t folded = sum_;
  while (folded > 0xffffU) folded = (folded & 0xffffU) + (folded >> 16U);
  return static_cast<std::uint16_t>(~folded);
}

// HC' = ~(~HC + ~m + m')
std::uint16_t updated_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) {
  std::uint32_t sum =
      static_cast<std::uint16_t>(~checksum) + std::uint32_t{static_cast<std::uint16_t>(~before)} + after;
  sum = (sum & 0xffffU) + (sum >> 16U);
  sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace weir
