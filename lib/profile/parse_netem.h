// The netem strings of an [impair]: `netem = "..."` for both directions, or one for each. Faults become problems of the
// section. Control threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "profile/netem.h"
#include "profile/section.h"

namespace weir {

struct NetemString {
  Netem netem;
  bool up = true;
  bool down = true;
  std::string said;  // netem.up = "delay 100ms", as comments repeat it
};
struct NetemStrings {
  std::vector<NetemString> all;  // none, one, or one for each direction
};

[[nodiscard]] NetemStrings parse_netem_strings(const Section& impair);

/// The speed that the strings' rates make; netem limits each direction by itself. Notes a problem where rates can't be
/// had, or [impair.speed] has one already.
/// @param may_limit whether this is the [impair] that has the speed.
[[nodiscard]] std::optional<SpeedRule> netem_speed_of(const Section& impair, const NetemStrings& strings,
                                                      bool may_limit);

/// Notes a problem if a rule has more packet rules than it may.
void require_room_for_packets(const Section& impair, const Impairments& impairments);

}  // namespace weir
