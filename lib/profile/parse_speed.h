// The speed of an [impair] or a [rule.impair] table: the one budget, or a rate of the rule's own. Faults become
// problems of the section; what is returned then is of no use. Control threads.
#pragma once

#include <optional>

#include "impair/rules.h"
#include "profile/section.h"

namespace weir {

/// What [impair.speed] asks for: a budget over all, or with per = "connection" a rate of each of its connections.
struct Speeds {
  std::optional<SpeedRule> budget;
  std::optional<OwnRate> own;
};

[[nodiscard]] Speeds parse_speeds_of(const Section& impair);

/// [rule.impair.speed].
[[nodiscard]] std::optional<OwnRate> parse_own_rate(const Section& rule_impair);

/// "200ms", "64KiB", "100 packets", "1 packet".
struct QueueLength {
  QueueBound bound;
  Duration time;  // of a queue in time
};
[[nodiscard]] QueueLength parse_queue_length(std::string_view name, std::string_view text);

}  // namespace weir
