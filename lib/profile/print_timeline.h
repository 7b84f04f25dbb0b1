// A profile's [timeline] and [[phase]]s as TOML: what was written, with curves as curves. Control threads.
#pragma once

#include "profile/timeline.h"
#include "profile/toml_text.h"

namespace weir {

void print_timeline(TomlText& out, const Timeline& timeline);

}  // namespace weir
