#include "engine/single_packets.h"

#include "engine/pass.h"
#include "impair/decide.h"
#include "impair/packet_draws.h"

namespace weir {
namespace {

// What all packet rules together do to one segment.
struct Fate {
  bool lost = false;
  bool duplicate = false;
  bool overtakes = false;
};

unsigned direction_of(const Passage& passage) {
  return static_cast<unsigned>(index_of(passage.from));
}

bool is_of_class(SegmentClass wanted, const Flow& flow, const Passage& passage) {
  const TcpSegment& segment = passage.segment;
  switch (wanted) {
    case SegmentClass::kAll:
      return true;
    case SegmentClass::kSyn:
      return segment.has(tcp_flag::kSyn);
    case SegmentClass::kData:
      return segment.payload_length > 0;
    case SegmentClass::kFirstData:
      return passage.tracked.fresh_length > 0 && ((flow.carried >> index_of(passage.from)) & 1U) == 0;
    case SegmentClass::kRetransmission:
      return segment.payload_length > 0 && passage.tracked.arrival == Arrival::kOld;
  }
  return false;
}

void flip_bit(const Passage& passage, std::uint32_t draw) {
  constexpr std::size_t kEthernetHeader = 14;
  if (passage.frame.length <= kEthernetHeader) return;  // nothing lies behind it
  const std::span<std::byte> bytes = passage.frame.span().subspan(kEthernetHeader);
  const std::size_t bit = draw % (bytes.size() * 8);
  bytes[bit / 8] ^= std::byte{1} << (bit % 8);
}

void apply(Pipeline& pipeline, Flow& flow, Passage& passage, const PacketFate& drawn, Fate& fate) {
  const auto note = [&](Event event, std::uint32_t& count) {
    pipeline.recorder.note(flow, event, passage.now, count++, drawn.draw);
  };
  if (drawn.lost) {
    fate.lost = true;
    return note(Event::kLoss, flow.drops);
  }
  passage.delay_until(passage.now + drawn.delay);
  if (drawn.delay > Duration()) {
    pipeline.counters.delayed.add(1);
    passage.touched |= touch::kDelay;
  }
  if (drawn.corrupt) {
    flip_bit(passage, drawn.corrupt_bit);
    pipeline.counters.corrupted.add(1);
    passage.touched |= touch::kCorrupted;
    note(Event::kCorrupt, flow.corrupted);
  }
  if (drawn.duplicate) {
    fate.duplicate = true;
    note(Event::kDuplicate, flow.duplicated);
  }
  if (drawn.overtakes) {
    fate.overtakes = true;
    pipeline.counters.reordered.add(1);
    passage.touched |= touch::kOvertook;
    note(Event::kReorder, flow.reordered);
  }
}

Fate draw_fate(Pipeline& pipeline, Flow& flow, Passage& passage, const Impairments& impair) {
  Fate fate;
  const unsigned direction = direction_of(passage);
  const std::size_t count = std::min(impair.packets.size(), kMostPacketRules);
  for (std::size_t i = 0; i < count && !fate.lost; ++i) {
    const PacketRule& rule = impair.packets[i];
    if (!is_of_class(rule.segments, flow, passage)) continue;
    const std::uint32_t n = flow.packet_counts[i][direction]++;
    const PacketFate drawn =
        decide_packet(rule, flow.draw_key, direction, static_cast<unsigned>(i), n, flow.loss_states[i][direction]);
    apply(pipeline, flow, passage, drawn, fate);
  }
  return fate;
}

void draw_packet_latency(Pipeline& pipeline, Flow& flow, Passage& passage, const LatencyRule& rule) {
  const std::uint32_t n = flow.delayed[index_of(passage.from)]++;
  passage.delay_until(passage.now + decide_packet_latency(rule, flow.draw_key, direction_of(passage), n));
  passage.touched |= touch::kDelay;
  pipeline.counters.delayed.add(1);
}

}  // namespace

void pass_by_packet_rules(Pipeline& pipeline, Flow& flow, Passage& passage, const Impairments& impair) {
  pipeline.counters.packets_drawn.add(1);
  const Fate fate = draw_fate(pipeline, flow, passage, impair);
  if (passage.tracked.fresh_length > 0)
    flow.carried = static_cast<std::uint8_t>(flow.carried | 1U << index_of(passage.from)) & 3U;
  if (fate.lost) return drop_undelivered(pipeline, flow, passage, DropReason::kLoss);
  if (impair.latency && impair.latency->per == LatencyRule::Per::kPacket) {
    draw_packet_latency(pipeline, flow, passage, *impair.latency);
  }
  const Frame copy = fate.duplicate ? duplicate(pipeline, passage.frame) : Frame{};
  fate.overtakes ? overtake(pipeline, flow, passage) : pass(pipeline, flow, passage);
  if (copy.packet == nullptr) return;
  Passage second{copy, passage.segment, passage.from, passage.tracked, passage.now, passage.due_at};
  second.touched = static_cast<std::uint16_t>((passage.touched & ~touch::kOvertook) | touch::kDuplicate);
  second.exchange = passage.exchange;
  pass(pipeline, flow, second);
}

}  // namespace weir
