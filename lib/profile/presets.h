// Networks by name, as other tools call them: each with its source and what its latency means there. They emulate a
// link: every frame is delayed, and rates count frames. Constants; control threads.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace weir {

struct Preset {
  enum class Latency : unsigned char { kRoundTrip, kEachWay };

  std::string_view name;
  std::string_view down_kbit;  // decimal, servers to clients
  std::string_view up_kbit;
  int down_ms;  // as the source says it: of a round trip both are the same number
  int up_ms;
  int spread_ms;                  // each way, around the latency
  std::string_view loss_percent;  // of each packet, each way
  Latency latency;
  std::string_view source;
  std::string_view meaning;      // of the latency
  std::string_view phases = {};  // what changes with time, as text of a profile
};

[[nodiscard]] std::span<const Preset> presets();
[[nodiscard]] std::vector<std::string_view> preset_names();
[[nodiscard]] const Preset* find_preset(std::string_view name);

/// What is applied in a direction: a round trip's latency is halved.
[[nodiscard]] Duration delay_up(const Preset& preset);
[[nodiscard]] Duration delay_down(const Preset& preset);

/// The profile that a preset stands for.
[[nodiscard]] std::string preset_text(const Preset& preset);

/// The table of `weir presets`.
[[nodiscard]] std::string presets_table();

/// What `weir presets NAME` says: source, meaning, what is applied in each direction, and the profile.
[[nodiscard]] std::string describe(const Preset& preset);

}  // namespace weir
