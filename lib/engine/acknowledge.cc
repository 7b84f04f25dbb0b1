#include "engine/acknowledge.h"

#include "engine/inject.h"
#include "flow/tcp_tracker.h"

namespace weir {

bool acknowledge_past_held(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  const TcpSegment& segment = passage.segment;
  // Modelled on the first frame that waits: with a newer timestamp its receiver would take that one for old (RFC 7323,
  // 5.3).
  const Packet& head = *flow.lane(passage.from).head;
  const std::span<const std::byte> model(head.bytes, head.length);
  TcpSegment facts;
  if (parse_frame(model, facts) != FrameKind::kTcp) return false;
  const ControlSegment says{
      .sequence = expected_by_receiver(flow, passage.from, facts.sequence),
      .acknowledgment = segment.acknowledgment,
      .flags = static_cast<std::uint8_t>(tcp_flag::kAck | (segment.flags & tcp_flag::kEce)),
      .window = segment.window,
      .timestamps = {.of_sender = {}, .of_receiver = echo_of(passage.frame.span(), segment)},
  };
  const FrameNote note{.touched = touch::kPastHeld, .rule = flow.rule, .link = link_of(flow.key)};
  TxBatch& batch = pipeline.towards(link_of(flow.key), other(passage.from));
  if (!inject(pipeline, model, facts, Heading::kSameWay, says, batch, note)) return false;
  pipeline.recorder.note(flow, Event::kAbsorb, passage.now, flow.absorbed++, 0);
  pipeline.exit.absorb(*passage.frame.packet, note);
  return true;
}

}  // namespace weir
