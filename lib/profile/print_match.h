// The keys of a [match] table, as print_profile writes them. Pure; control threads.
#pragma once

#include "impair/match.h"
#include "profile/toml_text.h"

namespace weir {

/// protocol, and each condition that does not hold for everything.
void print_match(TomlText& out, const Match& match);

}  // namespace weir
