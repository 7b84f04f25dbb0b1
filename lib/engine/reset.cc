#include "engine/reset.h"

#include <array>
#include <cstring>

#include "engine/hold.h"
#include "flow/tcp_tracker.h"
#include "wire/tcp_builder.h"

namespace weir {
namespace {

struct Numbers {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  bool acknowledges = true;
};

void inject_rst(Pipeline& pipeline, const Frame& model, const TcpSegment& facts, Heading heading, Numbers numbers,
                TxBatch& batch) {
  std::array<std::byte, kLargestBuiltFrame> bytes;
  const std::size_t length =
      build_rst(model.span(), facts, heading, numbers.sequence, numbers.acknowledgment, numbers.acknowledges, bytes);
  const Frame frame = pipeline.source.allocate(static_cast<std::uint32_t>(length));
  if (frame.packet == nullptr) {
    pipeline.counters.count(UnshapedReason::kNoBuffer);
    return;
  }
  std::memcpy(frame.bytes, bytes.data(), length);
  pipeline.counters.injected.add(1);
  batch.add(*frame.packet, frame.length);
}

// The end of what was released in the direction that began at `from`; `otherwise` where nothing was yet.
std::uint32_t released_end(const Flow& flow, Side from, std::uint32_t otherwise) {
  const bool known = ((flow.released >> index_of(from)) & 1U) != 0;
  return known ? flow.lanes[index_of(from)].released_end : otherwise;
}

}  // namespace

void cut(Pipeline& pipeline, Flow& flow, const Frame& frame, const TcpSegment& facts, Side from, Instant now) {
  discard_held(pipeline, flow, DropReason::kReset, now);
  // Where nothing was released the frame itself tells: its receiver waits for its first byte, and its sender for what
  // it acknowledges.
  const std::uint32_t forth = released_end(flow, from, facts.sequence);
  std::uint32_t back = released_end(flow, other(from), facts.acknowledgment);
  if (facts.has(tcp_flag::kAck) && sequence_after(facts.acknowledgment, back)) back = facts.acknowledgment;
  const std::uint8_t link = link_of(flow.key);
  inject_rst(pipeline, frame, facts, Heading::kSameWay, {forth, back, true}, pipeline.towards(link, other(from)));
  inject_rst(pipeline, frame, facts, Heading::kBack, {back, forth, true}, pipeline.towards(link, from));
  flow.phase = Phase::kReset;
}

void answer_as_closed(Pipeline& pipeline, const Flow& flow, const Frame& frame, const TcpSegment& facts, Side from) {
  if (facts.has(tcp_flag::kRst)) return;
  Numbers numbers{facts.acknowledgment, 0, false};
  if (!facts.has(tcp_flag::kAck)) numbers = {0, facts.sequence_end(), true};
  inject_rst(pipeline, frame, facts, Heading::kBack, numbers, pipeline.towards(link_of(flow.key), from));
}

}  // namespace weir
