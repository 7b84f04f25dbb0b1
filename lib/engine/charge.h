// What the limiter counts for a segment. Pure; worker's thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/side.h"
#include "impair/rules.h"
#include "wire/tcp_segment.h"

namespace weir {

/// What counts, and how.
struct Tariff {
  SpeedRule::Account account = SpeedRule::Account::kPayload;
  SpeedRule::Direction direction = SpeedRule::Direction::kTotal;
  FrameCost cost = {};
};

[[nodiscard]] inline Tariff tariff_of(const SpeedRule& rule) {
  return {rule.account, rule.direction, rule.cost};
}
[[nodiscard]] inline Tariff tariff_of(const OwnRate& rule) {
  return {rule.account, rule.direction, rule.cost};
}

/// Bytes by the tariff; 0 for a segment that costs nothing and needs no ticket.
[[nodiscard]] inline std::uint16_t charge(const Tariff& tariff, const TcpSegment& segment, std::uint32_t frame_length,
                                          Side from) {
  using Direction = SpeedRule::Direction;
  // IEEE 802.3: preamble and start delimiter 8, check sequence 4, gap between packets 12.
  constexpr std::uint32_t kAroundFrame = 24;
  constexpr std::uint32_t kEthernetHeader = 14;
  const Side excluded = tariff.direction == Direction::kUp ? Side::kB : Side::kA;
  const bool counts_one = tariff.direction == Direction::kUp || tariff.direction == Direction::kDown;
  if (counts_one && from == excluded) return 0;
  std::uint32_t bytes = segment.payload_length;
  switch (tariff.account) {
    case SpeedRule::Account::kPayload:
      break;
    case SpeedRule::Account::kIp:
      bytes = segment.l4_offset == 0
                  ? frame_length - std::min(frame_length, kEthernetHeader)  // no IP that is read
                  : std::uint32_t{segment.payload_offset} + segment.payload_length - segment.l3_offset;
      break;
    case SpeedRule::Account::kFrame:
      bytes = frame_length;
      break;
    case SpeedRule::Account::kWire:
      bytes = frame_length + kAroundFrame;
      break;
  }
  if (bytes > 0 && !tariff.cost.none()) bytes = tariff.cost.of(bytes);
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(bytes, UINT16_MAX));
}

}  // namespace weir
