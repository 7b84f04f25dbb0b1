#include "wire/tcp_renumber.h"

#include "wire/byte_order.h"
#include "wire/checksum.h"
#include "wire/protocol_numbers.h"
#include "wire/tcp_options.h"

namespace weir {
namespace {

// As RFC 1624 adds words; the checksum's own, being the same before and after, does not matter.
std::uint16_t sum_of(std::span<const std::byte> header) {
  InternetChecksum checksum;
  checksum.add(header);
  return static_cast<std::uint16_t>(~checksum.value());
}

void age(std::byte* timestamp, std::uint32_t no_newer_than) {
  if (static_cast<std::int32_t>(load_big_u32(timestamp) - no_newer_than) > 0) store_big_u32(timestamp, no_newer_than);
}

}  // namespace

bool is_signed(std::span<const std::byte> frame, const TcpSegment& facts) {
  return !find_option(frame, facts, tcp_option::kMd5Signature).empty() ||
         !find_option(frame, facts, tcp_option::kAuthentication).empty();
}

void renumber(std::span<std::byte> frame, const TcpSegment& facts, std::uint32_t sequence,
              std::optional<std::uint32_t> no_newer_than) {
  constexpr std::size_t kSequence = 4;
  constexpr std::size_t kChecksum = 16;
  const std::size_t length = static_cast<std::size_t>(facts.payload_offset) - facts.l4_offset;
  const std::span<std::byte> header = frame.subspan(facts.l4_offset, length);
  const std::uint16_t before = sum_of(header);
  store_big_u32(header.data() + kSequence, sequence);
  const std::span<std::byte> timestamps = find_timestamps(frame, facts);
  if (no_newer_than && !timestamps.empty()) age(timestamps.data() + 2, *no_newer_than);
  const std::uint16_t checksum = load_big_u16(header.data() + kChecksum);
  store_big_u16(header.data() + kChecksum, updated_checksum(checksum, before, sum_of(header)));
}

}  // namespace weir
