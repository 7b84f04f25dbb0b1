// Segments of weir's own: RST, FIN and ACK, modelled on a frame of their connection. Worker's thread.
#pragma once

#include "engine/pipeline.h"
#include "wire/tcp_builder.h"

namespace weir {

/// Builds a segment without payload and gives it to the batch (wire/tcp_builder.h). False, and nothing done, where no
/// buffer is free. @param model at least the headers of a TCP segment, with its facts.
[[nodiscard]] bool inject(Pipeline& pipeline, std::span<const std::byte> model, const TcpSegment& facts,
                          Heading heading, const ControlSegment& control, TxBatch& batch, const FrameNote& note);

}  // namespace weir
