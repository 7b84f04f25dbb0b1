#include "engine/inject.h"

#include <array>
#include <cstring>

namespace weir {

bool inject(Pipeline& pipeline, std::span<const std::byte> model, const TcpSegment& facts, Heading heading,
            const ControlSegment& control, TxBatch& batch, const FrameNote& note) {
  std::array<std::byte, kLargestBuiltFrame> bytes;
  const std::size_t length = build_control(model, facts, heading, control, bytes);
  const Frame frame = pipeline.source.allocate(static_cast<std::uint32_t>(length));
  if (frame.packet == nullptr) return false;
  std::memcpy(frame.bytes, bytes.data(), length);
  pipeline.counters.injected.add(1);
  batch.add(*frame.packet, frame.length, note);
  return true;
}

}  // namespace weir
