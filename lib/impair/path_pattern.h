// Comparing paths with what a rule names. Worker's thread, for each request that a rule with paths may select.
#pragma once

#include <string_view>

#include "impair/match.h"

namespace weir {

/// Whether a path begins with the pattern's text, or is, as a whole, what its glob describes. Nothing is decoded or
/// normalised, and a query is not looked at. Takes no longer than the path's length times that of the longest run
/// between two stars.
/// @param target the request's path; what stands behind a '?' is ignored.
[[nodiscard]] bool matches(const PathPattern& pattern, std::string_view target);

}  // namespace weir
