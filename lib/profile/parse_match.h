// A [match] table of a profile to conditions. Faults become problems of the section. Control threads.
#pragma once

#include "impair/match.h"
#include "profile/section.h"

namespace weir {

[[nodiscard]] Match parse_match(const Section& match);

}  // namespace weir
