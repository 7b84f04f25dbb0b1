#include "wire/quic_header.h"

#include "wire/byte_order.h"

namespace weir {
namespace {

using Bytes = std::span<const std::byte>;

constexpr unsigned kLongFormAndFixedBit = 0xc0;  // RFC 9000, 17.2
constexpr unsigned kType = 0x30;
constexpr unsigned kInitial1 = 0x00;         // RFC 9000, 17.2.2
constexpr unsigned kInitial2 = 0x10;         // RFC 9369, 3.2
constexpr std::size_t kFirstAndVersion = 5;  // bytes before the first connection ID's length
constexpr std::size_t kLongestId = 20;       // RFC 9000, 17.2
constexpr std::uint64_t kLeastLength = 20;   // packet number and sample behind it: 4 + 16 bytes (RFC 9001, 5.4.2)

/// Takes so many bytes off the front, if there are as many.
[[nodiscard]] bool take(Bytes& rest, std::uint64_t count, Bytes& taken) {
  if (count > rest.size()) return false;
  taken = rest.first(static_cast<std::size_t>(count));
  rest = rest.subspan(static_cast<std::size_t>(count));
  return true;
}

/// A connection ID behind its length.
[[nodiscard]] bool take_id(Bytes& rest, Bytes& id) {
  Bytes length;
  return take(rest, 1, length) && load_u8(length.data()) <= kLongestId && take(rest, load_u8(length.data()), id);
}

/// A variable-length integer (RFC 9000, 16).
[[nodiscard]] bool take_number(Bytes& rest, std::uint64_t& number) {
  if (rest.empty()) return false;
  Bytes bytes;
  if (!take(rest, std::uint64_t{1} << (load_u8(rest.data()) >> 6U), bytes)) return false;
  number = load_u8(bytes.data()) & 0x3fU;
  for (const std::byte byte : bytes.subspan(1)) number = number << 8U | std::to_integer<std::uint64_t>(byte);
  return true;
}

[[nodiscard]] bool is_initial(unsigned first, std::uint32_t version) {
  if ((first & kLongFormAndFixedBit) != kLongFormAndFixedBit) return false;
  if (version == kQuicVersion1) return (first & kType) == kInitial1;
  return version == kQuicVersion2 && (first & kType) == kInitial2;
}

}  // namespace

bool parse_quic_initial(Bytes payload, QuicInitial& initial) {
  Bytes rest = payload;
  Bytes fixed;
  if (!take(rest, kFirstAndVersion, fixed)) return false;
  QuicInitial found;
  found.version = load_big_u32(fixed.data() + 1);
  if (!is_initial(load_u8(fixed.data()), found.version)) return false;
  if (!take_id(rest, found.destination_id) || !take_id(rest, found.source_id)) return false;
  std::uint64_t token_length = 0;
  std::uint64_t length = 0;
  Bytes token;
  if (!take_number(rest, token_length) || !take(rest, token_length, token)) return false;
  if (!take_number(rest, length) || length < kLeastLength || length > rest.size()) return false;
  initial = found;
  return true;
}

}  // namespace weir
