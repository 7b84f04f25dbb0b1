// A profile's table, read by its keys, but for what it says about time. Faults become problems of the section. Control
// threads.
#pragma once

#include "profile/profile.h"
#include "profile/section.h"

namespace weir {

[[nodiscard]] Profile parse_root(const Section& root);

}  // namespace weir
