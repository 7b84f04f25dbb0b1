// What the limiter counts for a segment. Pure; worker's thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/side.h"
#include "impair/rules.h"
#include "wire/tcp_segment.h"

namespace weir {

/// Bytes by the account of the rule; 0 for a segment that costs nothing and needs no ticket.
[[nodiscard]] inline std::uint16_t charge(const SpeedRule& rule, const TcpSegment& segment, std::uint32_t frame_length,
                                          Side from) {
  // IEEE 802.3: preamble and start delimiter 8, check sequence 4, gap between packets 12.
  constexpr std::uint32_t kAroundFrame = 24;
  constexpr std::uint32_t kEthernetHeader = 14;
  const Side excluded = rule.direction == SpeedRule::Direction::kUp ? Side::kB : Side::kA;
  const bool counts_one = rule.direction == SpeedRule::Direction::kUp || rule.direction == SpeedRule::Direction::kDown;
  if (counts_one && from == excluded) return 0;
  std::uint32_t bytes = segment.payload_length;
  switch (rule.account) {
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
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(bytes, UINT16_MAX));
}

}  // namespace weir
