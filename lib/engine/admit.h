// Admit: what becomes of the frames that just came in. A burst at a time, in stages: parse all; look all flows up; then
// frame by frame track, decide and either hand over untouched, hold, or drop. Worker's thread.
#pragma once

#include <cstdint>
#include <span>

#include "engine/pipeline.h"

namespace weir {

/// Admits up to kBurst frames that came in at `from` of `link` before `now`. All of them are taken.
void admit(Pipeline& pipeline, std::uint8_t link, Side from, std::span<const Frame> frames, Instant now);

}  // namespace weir
