// The JSON Schema of the profile language, for editors, made of the tables that parsing checks against
// (profile/keys.h). Pure; control threads.
#pragma once

#include <string>

namespace weir {

/// docs/profile.schema.json, to the letter.
[[nodiscard]] std::string profile_schema();

}  // namespace weir
