#include "engine/pass.h"

#include <cstring>

#include "engine/acknowledge.h"
#include "engine/charge.h"
#include "engine/hold.h"
#include "engine/pace.h"
#include "engine/reset.h"
#include "wire/tcp_builder.h"

namespace weir {
namespace {

std::uint16_t charge_of(const Pipeline& pipeline, const Flow& flow, const Passage& passage) {
  return charge_of(pipeline, flow, passage.segment, passage.frame.length, passage.from);
}

// The same for the rate that its rule has of its own.
std::uint16_t own_charge_of(const Pipeline& pipeline, const Flow& flow, const Passage& passage) {
  if (!pipeline.duties.has(flow.rule, duty::kOwnRate)) return 0;
  const OwnRate* const own = own_rate_of(pipeline, flow);
  return charge(tariff_of(*own), passage.segment, passage.frame.length, passage.from);
}

void send_now(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  Packet& packet = *passage.frame.packet;
  if (passage.decisions.count > 0) {
    note_in_packet(packet, passage, 0);
    pipeline.recorder.note_end_of(packet, flow, Event::kDone, passage.now);
  }
  note_released(flow, pipeline.pieces, passage.from, passage.segment.sequence, passage.segment.sequence_end());
  TxBatch& batch = pipeline.towards(link_of(flow.key), other(passage.from));
  if (passage.touched != 0) {
    batch.add(packet, passage.frame.length, {{}, passage.exchange, passage.touched, flow.rule});
  } else {
    batch.add(packet, passage.frame.length);
  }
  if (flow.cut_pending == CutPending::kNo) return;
  cut_behind(pipeline, flow, passage.frame, passage.cuts, passage.from, passage.now);
}

// A bare ACK whose lane waits for a first byte and for nothing else. One with an urgent pointer, which counts from its
// number, is none.
bool speaks_past_held(Flow& flow, const Passage& passage) {
  const std::uint8_t flags = passage.segment.flags & (tcp_flag::kOfItsLife | tcp_flag::kAck | tcp_flag::kUrg);
  if (flags != tcp_flag::kAck || passage.segment.payload_length > 0 || passage.decisions.count > 0) return false;
  return passage.now < flow.lane(passage.from).held_until;
}

// Takes a ticket whose mark has been reached, where nothing waits for the limiter.
bool takes_at_once(Budget& budget, std::uint16_t charge) {
  if (budget.queue.packets > 0 || !budget.tickets.empty()) return false;
  std::uint64_t end = 0;
  return budget.limiter->take_at_once(charge, budget.carried, budget.queue.era_begun, end);
}

// Bytes into a frame of weir's own; a null packet where no buffer is free.
Frame copy_of(Pipeline& pipeline, std::span<const std::byte> bytes) {
  Frame copy;
  if (bytes.size() <= PacketSource::kLargest) copy = pipeline.source.allocate(static_cast<std::uint32_t>(bytes.size()));
  if (copy.packet == nullptr) {
    pipeline.counters.count(UnshapedReason::kNoBuffer);
    return copy;
  }
  std::memcpy(copy.bytes, bytes.data(), bytes.size());
  return copy;
}

}  // namespace

void pass(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  const std::uint16_t charge = charge_of(pipeline, flow, passage);
  const std::uint16_t own_charge = own_charge_of(pipeline, flow, passage);
  const Instant due_at = std::max(passage.due_at, pipeline.stalled_until(flow));
  if (charge == 0 && own_charge == 0 && due_at <= passage.now && flow.lane(passage.from).empty()) {
    return send_now(pipeline, flow, passage);
  }
  if (charge == 0 && own_charge == 0 && due_at <= passage.now && speaks_past_held(flow, passage) &&
      acknowledge_past_held(pipeline, flow, passage)) {
    return;
  }
  note_in_packet(*passage.frame.packet, passage, charge);
  passage.frame.packet->own_charge = own_charge;
  passage.frame.packet->rule = flow.rule;
  hold(pipeline, flow, passage.from, *passage.frame.packet, passage.now);
}

Frame trim(Pipeline& pipeline, const Passage& passage, TcpSegment& facts) {
  const std::size_t kept = passage.segment.sequence_length() - passage.beyond;
  const Frame trimmed = copy_of(pipeline, passage.frame.span().first(passage.segment.payload_offset + kept));
  if (trimmed.packet == nullptr) return trimmed;
  static_cast<void>(copy_trimmed(passage.frame.span(), passage.segment, kept, trimmed.span()));
  facts = passage.segment;
  facts.payload_length = static_cast<std::uint16_t>(kept);
  facts.flags &= static_cast<std::uint8_t>(~(tcp_flag::kFin | tcp_flag::kPsh));
  pipeline.counters.injected.add(1);
  return trimmed;
}

Frame duplicate(Pipeline& pipeline, const Frame& frame) {
  const Frame copy = copy_of(pipeline, frame.span());
  if (copy.packet != nullptr) pipeline.counters.duplicated.add(1);
  return copy;
}

// Only what waits for its delay is overtaken: a held first byte, an outage and a limit with a queue hold for it too.
void overtake(Pipeline& pipeline, Flow& flow, const Passage& passage) {
  const std::uint16_t charge = charge_of(pipeline, flow, passage);
  Budget* const budget = charge > 0 ? pipeline.budget_of(passage.from) : nullptr;
  const bool is_free = own_charge_of(pipeline, flow, passage) == 0 &&
                       std::max(passage.due_at, pipeline.stalled_until(flow)) <= passage.now;
  if (!is_free || (budget != nullptr && !takes_at_once(*budget, charge))) return pass(pipeline, flow, passage);
  if (budget != nullptr) pipeline.count_limited(*budget, charge);
  send_now(pipeline, flow, passage);
}

void drop_undelivered(Pipeline& pipeline, const Flow& flow, const Passage& passage, DropReason reason) {
  Packet& packet = *passage.frame.packet;
  note_in_packet(packet, passage, 0);
  pipeline.recorder.note_end_of(packet, flow, Event::kAbandoned, passage.now);
  pipeline.exit.drop(packet, reason, {{}, passage.exchange, passage.touched, flow.rule, link_of(flow.key)});
}

void note_in_packet(Packet& packet, const Passage& passage, std::uint16_t charge) {
  note_in_packet(packet, passage.frame, passage.segment, passage.now, charge);
  packet.due_at = passage.due_at;
  packet.decision = passage.decisions.first;
  packet.decisions = passage.decisions.count;
  packet.is_first_byte = passage.is_first_byte;
  packet.cuts = passage.cuts;
  packet.exchange = passage.exchange;
  packet.touched = static_cast<std::uint8_t>(passage.touched);
}

}  // namespace weir
