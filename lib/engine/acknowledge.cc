#include "engine/acknowledge.h"

#include <algorithm>

#include "flow/tcp_tracker.h"
#include "wire/tcp_builder.h"
#include "wire/tcp_renumber.h"

namespace weir {

bool acknowledge_past_held(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  const std::span<const std::byte> bytes = passage.frame.span();
  if (is_signed(bytes, passage.segment) || bytes.size() > PacketSource::kLargest) return false;
  // The first frame that waits: with a newer timestamp its receiver would take that one for old (RFC 7323, 5.3).
  const Packet& head = *flow.lane(passage.from).head;
  const std::span<const std::byte> waiting(head.bytes, head.length);
  TcpSegment facts;
  if (parse_frame(waiting, facts) != FrameKind::kTcp) return false;
  const Frame ack = pipeline.source.allocate(passage.frame.length);
  if (ack.packet == nullptr) return false;
  std::ranges::copy(bytes, ack.bytes);
  renumber(ack.span(), passage.segment, expected_by_receiver(flow, passage.from, facts.sequence),
           timestamp_of(waiting, facts));
  const FrameNote note{.touched = touch::kPastHeld, .rule = flow.rule, .link = link_of(flow.key)};
  pipeline.counters.injected.add(1);
  pipeline.towards(link_of(flow.key), other(passage.from)).add(*ack.packet, ack.length, note);
  pipeline.recorder.note(flow, Event::kAbsorb, passage.now, flow.absorbed++, 0);
  pipeline.exit.absorb(*passage.frame.packet, note);
  return true;
}

}  // namespace weir
