// A profile as text in the profile language: every key that matters is written out, and parsing it gives the same
// profile. Pure; control threads.
#pragma once

#include <string>

#include "profile/profile.h"

namespace weir {

[[nodiscard]] std::string print_profile(const Profile& profile);

}  // namespace weir
