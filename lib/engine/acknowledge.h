// Bare ACKs behind a held first byte. A server that takes its time still acknowledges what it is sent, answers
// keep-alives and opens its window; so what a bare ACK says goes on at once, as it came (options, marks and all), but
// with the sequence number that its receiver expects. The frame itself is absorbed. Nothing overtakes what is held.
// Worker's thread.
#pragma once

#include "engine/passage.h"

namespace weir {

/// Passes on what a bare ACK says while its lane waits for a first byte. False, and nothing done, where no buffer is
/// free, or where a signature stands over its header.
[[nodiscard]] bool acknowledge_past_held(Pipeline& pipeline, Flow& flow, const Passage& passage);

}  // namespace weir
