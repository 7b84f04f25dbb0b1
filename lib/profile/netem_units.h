// Quantities as tc writes them (iproute2's lib/utils.c: get_time64, get_rate64; tc/q_netem.c: get_percent), read by
// profile/units.h after their units were put into weir's words. Each throws UsageError as that does. Pure; control
// threads.
#pragma once

#include <string_view>

#include "base/time.h"
#include "base/units.h"

namespace weir {

/// "100ms", "1.5sec", "250usecs", "800ns"; 0 alone needs no unit. Up to an hour.
[[nodiscard]] Duration parse_netem_time(std::string_view name, std::string_view text);

/// "1%" or "1": percent.
[[nodiscard]] double parse_netem_share(std::string_view name, std::string_view text);

/// "1mbit", "100kbps" (bytes), "1000" (bits a second); case does not count. More than nothing, up to 400 Gbit/s.
[[nodiscard]] ByteRate parse_netem_rate(std::string_view name, std::string_view text);

}  // namespace weir
