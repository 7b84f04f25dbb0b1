#include "wire/tcp_options.h"

#include "wire/byte_order.h"
#include "wire/protocol_numbers.h"

namespace weir {
namespace {

template <class Byte>
[[nodiscard]] std::span<Byte> find(std::span<Byte> frame, const TcpSegment& facts, std::uint8_t wanted) {
  const std::size_t first = facts.l4_offset + kTcpHeader;
  std::span<Byte> options = frame.subspan(first, facts.payload_offset - first);
  while (!options.empty()) {
    const std::uint8_t kind = load_u8(options.data());
    if (kind == tcp_option::kEnd) break;
    if (kind == tcp_option::kPadding) {
      options = options.subspan(1);
      continue;
    }
    const std::size_t length = options.size() < 2 ? 0 : load_u8(options.data() + 1);
    if (length < 2 || length > options.size()) break;
    if (kind == wanted) return options.first(length);
    options = options.subspan(length);
  }
  return {};
}

template <class Byte>
[[nodiscard]] std::span<Byte> timestamps_in(std::span<Byte> frame, const TcpSegment& facts) {
  constexpr std::size_t kLength = 10;
  const std::span<Byte> option = find(frame, facts, tcp_option::kTimestamps);
  return option.size() == kLength ? option : std::span<Byte>();
}

}  // namespace

std::span<std::byte> find_option(std::span<std::byte> frame, const TcpSegment& facts, std::uint8_t kind) {
  return find(frame, facts, kind);
}

std::span<const std::byte> find_option(std::span<const std::byte> frame, const TcpSegment& facts, std::uint8_t kind) {
  return find(frame, facts, kind);
}

std::span<std::byte> find_timestamps(std::span<std::byte> frame, const TcpSegment& facts) {
  return timestamps_in(frame, facts);
}

std::span<const std::byte> find_timestamps(std::span<const std::byte> frame, const TcpSegment& facts) {
  return timestamps_in(frame, facts);
}

}  // namespace weir
