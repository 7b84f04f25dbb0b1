// The [impair] tables of a profile to impairments. Faults become problems of the section; what is returned then is of
// no use. Control threads.
#pragma once

#include <optional>

#include "impair/rules.h"
#include "profile/section.h"

namespace weir {

/// latency, jitter, reset, packet, limited.
[[nodiscard]] Impairments parse_impairments(const Section& impair);

/// The law of a key with its distribution and within; nothing if it is not there or has a fault.
[[nodiscard]] std::optional<DurationLaw> parse_law(const Section& section, std::string_view key);

/// One [[impair.packet]].
[[nodiscard]] PacketRule parse_packet_rule(const Section& packet);

}  // namespace weir
