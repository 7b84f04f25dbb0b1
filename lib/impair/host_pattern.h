// Comparing host names with what a rule names: whole names, never a part of one, without regard to ASCII case
// (RFC 9110, 4.2.3; RFC 4343). Worker's thread, for each request and ClientHello that a rule with hosts may select.
#pragma once

#include <string_view>

#include "impair/match.h"

namespace weir {

/// Whether a host is what the pattern names. One trailing dot is ignored on either side; an IPv6 literal in brackets
/// compares as it is written; an empty host is nobody's.
/// @param host as it was sent, its port cut off.
[[nodiscard]] bool matches(const HostPattern& pattern, std::string_view host);

}  // namespace weir
