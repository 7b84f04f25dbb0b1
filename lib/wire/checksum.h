// The Internet checksum (RFC 1071): ones' complement of the ones' complement sum of 16-bit words in network order.
// Called by the builders on the worker's thread, never for a frame that is only forwarded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace weir {

class InternetChecksum {
 public:
  /// Adds bytes. An odd piece counts as if a zero byte followed, so only the last piece may be odd.
  void add(std::span<const std::byte> bytes);

  /// Adds one 16-bit word given in host order: the length and protocol of a pseudo-header.
  void add(std::uint16_t word) { sum_ += word; }

  /// The checksum of all that was added, in host order. It is 0 when the bytes held their own right checksum.
  [[nodiscard]] std::uint16_t value() const;

 private:
  std::uint64_t sum_ = 0;  // wide enough for 16 GiB between carries
};

/// A checksum after one of the words under it has become another (RFC 1624, 3, equation 3); sums of words are words.
[[nodiscard]] std::uint16_t updated_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after);

}  // namespace weir
