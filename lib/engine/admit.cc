#include "engine/admit.h"

#include "engine/open.h"
#include "engine/other_traffic.h"
#include "engine/shape.h"

namespace weir {
namespace {

void count_unshaped(Pipeline& pipeline, FrameKind kind) {
  if (kind == FrameKind::kOther) return;
  const auto reason = kind == FrameKind::kFragment ? UnshapedReason::kFragment : UnshapedReason::kMalformed;
  pipeline.counters.count(reason);
}

// First stage: TCP segments are kept for the next; everything else goes its own way.
void parse(Pipeline& pipeline, std::uint8_t link, Side from, std::span<const Frame> frames, Burst& burst, Instant now) {
  for (const Frame& frame : frames) {
    TcpSegment& segment = burst.segments[burst.count];
    const FrameKind kind = parse_frame(frame.span(), segment);
    if (kind != FrameKind::kTcp) {
      count_unshaped(pipeline, kind);
      shape_other(pipeline, link, frame, from, now);
      continue;
    }
    const bool follows = burst.count > 0 && segment.has_same_ends(burst.segments[burst.count - 1]);
    if (!follows) {
      FlowTable::Probe& probe = burst.probes[burst.probed++];
      probe.key = make_flow_key(segment, from, link);
      probe.hash = hash_of(probe.key);
    }
    burst.probe_of[burst.count] = static_cast<std::uint8_t>(burst.probed - 1);
    burst.frames[burst.count++] = &frame;
  }
}

}  // namespace

void admit(Pipeline& pipeline, std::uint8_t link, Side from, std::span<const Frame> frames, Instant now) {
  Burst& burst = pipeline.burst;
  burst.count = burst.probed = 0;
  parse(pipeline, link, from, frames, burst, now);
  pipeline.account.mark(Stage::kParse);
  pipeline.flows.find({burst.probes.data(), burst.probed});
  pipeline.account.mark(Stage::kLookup);
  const std::uint64_t erased = pipeline.flows.erased();
  for (std::size_t i = 0; i < burst.count; ++i) {
    Flow* flow = find_or_open(pipeline, burst.probes[burst.probe_of[i]], erased, burst.segments[i], from, now);
    if (flow == nullptr) {
      pipeline.towards(link, other(from)).add(*burst.frames[i]->packet, burst.frames[i]->length);
    } else {
      shape(pipeline, *flow, *burst.frames[i], burst.segments[i], from, now);
    }
  }
  pipeline.account.mark(Stage::kShape);
}

}  // namespace weir
