// What stands behind `tc qdisc ... netem`, as an impairment of single packets and a rate: the grammar of tc-netem(8)
// with tc's own units, where a bare percentage is percent and a bare rate is bits a second. A bare time is refused:
// iproute2 takes it for nanoseconds, its older versions for microseconds. What weir can't do is refused by name, never
// left out. Tables of distributions are read from files; control threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "impair/packet_rule.h"
#include "impair/rules.h"

namespace weir {

/// A rate, and what a frame costs.
struct NetemRate {
  ByteRate rate;
  SpeedRule::Account account = SpeedRule::Account::kFrame;
  FrameCost cost = {};
  friend bool operator==(const NetemRate&, const NetemRate&) = default;
};

/// Packets in netem's queue where nothing is said.
inline constexpr std::uint32_t kNetemLimit = 1'000;

struct Netem {
  std::optional<PacketRule> packet;  // of both directions; none where only a rate is asked for
  std::optional<NetemRate> rate;
  std::optional<std::uint32_t> limit;  // packets in the queue
};

/// Throws ErrorInText.
/// @param folder where relative paths of tables begin; empty: the working directory.
[[nodiscard]] Netem parse_netem(std::string_view text, const std::string& folder);

}  // namespace weir
