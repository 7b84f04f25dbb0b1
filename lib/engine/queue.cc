#include "engine/queue.h"

#include <algorithm>

#include "engine/hold.h"
#include "engine/queue_choice.h"
#include "engine/queue_move.h"
#include "flow/lane.h"
#include "wire/congestion_mark.h"

namespace weir {
namespace {

using Kind = QueueDiscipline::Kind;
using Service = QueueState::Service;

constexpr std::size_t kPacketsATurn = 512;
constexpr int kMostVictims = 16;  // that make room for one packet

__extension__ using Wide = unsigned __int128;

Duration sojourn_of(const Packet& packet, Instant now) {
  return microseconds(microseconds_of(now) - packet.queued_us);
}

void forget(Budget& budget, LaneQueue& lane, std::uint32_t packets, std::uint32_t bytes) {
  lane.packets -= packets;
  lane.bytes -= bytes;
  budget.queue.packets -= packets;
  budget.queue.bytes -= bytes;
  budget.limiter->leave(packets, bytes);
}

// The head of a lane leaves the queue: to be sent, or dropped.
void take_out(Budget& budget, const LaneReference& lane, std::uint16_t charge) {
  forget(budget, budget.lanes.of(lane), 1, charge);
  if (budget.queue.service == Service::kFifo) budget.tickets.pop();
}

void drop_head(Pipeline& pipeline, Budget& budget, const LaneReference& reference, DropReason reason, Instant now) {
  Flow& flow = pipeline.flows.slot(reference.slot);
  Packet& packet = take_head(flow.lane(reference.side));
  take_out(budget, reference, packet.charge);
  drop_limited(pipeline, flow, packet, reason, now);
}

void drop_joining(Pipeline& pipeline, Flow& flow, Side from, DropReason reason, Instant now) {
  drop_limited(pipeline, flow, take_first_unticketed(flow.lane(from)), reason, now);
}

// Whether a packet that is struck goes all the same, marked.
bool goes_marked(Pipeline& pipeline, Flow& flow, const Packet& packet, double draw, Instant now) {
  if (!pipeline.discipline().ecn || !mark_congestion({packet.bytes, packet.length})) return false;
  pipeline.counters.ecn_marked.add(1);
  pipeline.recorder.note(flow, Event::kMark, now, flow.marked++, draw);
  return true;
}

bool is_struck_by_pie(Pipeline& pipeline, Budget& budget, Flow& flow, const Packet& packet, Instant now) {
  QueueState& queue = budget.queue;
  const std::uint64_t bits = draw_bits(queue.draw_key, 0, queue.draws++);
  const Pie::Verdict verdict = queue.pie.judge(pipeline.discipline().law.target, budget.limiter->waiting_bytes(), bits);
  if (!verdict.strikes) return false;
  return !verdict.may_mark || !goes_marked(pipeline, flow, packet, unit_interval(bits), now);
}

// Who makes room where the queue is full, by the discipline; false if it is the one that wants to join.
bool makes_room(Pipeline& pipeline, Budget& budget, std::uint64_t charge, Instant now) {
  const Kind kind = pipeline.discipline().kind;
  const bool others_go = kind == Kind::kHeadDrop || budget.queue.service == Service::kFair;
  for (int victims = 0; is_full(budget, charge); ++victims) {
    LaneReference victim;
    if (!others_go || victims == kMostVictims) return false;
    if (choose_victim(pipeline, budget, victim) != Choice::kFound) return false;
    drop_head(pipeline, budget, victim, kind == Kind::kHeadDrop ? DropReason::kHeadDrop : DropReason::kRateQueue, now);
    budget.queue.head_since = now;
  }
  return true;
}

// Bytes that are asked for at once. In order: all that wait, so that workers are served by what waits at each; in turn:
// a round, so that they are served by how many take turns at each.
std::uint64_t bytes_to_ask_for(const Pipeline& pipeline, const QueueState& queue) {
  if (queue.service == Service::kFifo) return queue.bytes;
  return std::min(queue.bytes, queue.listed * pipeline.discipline().quantum);
}

// The mark at which the packet that goes next leaves; takes a ticket where the grant is too small for it.
std::uint64_t mark_of(const Pipeline& pipeline, Budget& budget, std::uint16_t charge) {
  QueueState& queue = budget.queue;
  Grant& grant = queue.grant;
  if (grant.bytes() < charge) {
    const std::uint64_t left = grant.bytes();
    const std::uint64_t more = std::max<std::uint64_t>(bytes_to_ask_for(pipeline, queue), charge) - left;
    const std::uint64_t begin =
        queue.goes_on ? budget.limiter->take_on(more) : budget.limiter->take(more, budget.carried);
    queue.goes_on = true;
    grant = {begin - std::min(begin, left), begin + more};  // what is left counts as lying right before
  }
  return grant.next + charge;
}

void give_back_grant(Budget& budget) {
  QueueState& queue = budget.queue;
  queue.goes_on = false;
  if (queue.grant.bytes() > 0) budget.limiter->give_back(queue.grant.bytes(), queue.grant.end, queue.era_begun);
  queue.grant = {};
}

bool is_struck_by_codel(Pipeline& pipeline, Budget& budget, const LaneReference& reference, const Packet& packet,
                        Instant now) {
  const QueueDiscipline& discipline = pipeline.discipline();
  LaneQueue& lane = budget.lanes.of(reference);
  if (discipline.kind == Kind::kFqCodel) {
    return lane.codel.strikes(discipline.law, sojourn_of(packet, now), lane.bytes - packet.charge, now);
  }
  if (discipline.kind != Kind::kCodel) return false;
  return budget.queue.codel.strikes(discipline.law, sojourn_of(packet, now), budget.queue.bytes - packet.charge, now);
}

void send_head(Pipeline& pipeline, Budget& budget, const LaneReference& reference, std::uint64_t mark, Instant now) {
  Flow& flow = pipeline.flows.slot(reference.slot);
  const Packet& packet = *flow.lane(reference.side).head;
  // What costs nothing leaves behind what was sent before it.
  const Instant reached_at = budget.capacity.reaches(packet.charge == 0 ? budget.queue.grant.next : mark);
  const Instant due_at = std::max({packet.due_at, pipeline.stalled_until(flow), reached_at, budget.queue.head_since});
  take_out(budget, reference, packet.charge);
  budget.lanes.of(reference).deficit -= packet.charge;
  budget.queue.grant.next += packet.charge;
  pipeline.count_limited(budget, packet.charge);
  hand_over_head(pipeline, flow, reference.side, now - due_at, now);
}

// What becomes of the packet that is next; false if its mark has not been reached.
bool serve(Pipeline& pipeline, Budget& budget, const LaneReference& reference, Instant now) {
  QueueState& queue = budget.queue;
  Flow& flow = pipeline.flows.slot(reference.slot);
  const Instant link_stalled_until = pipeline.outages.until(link_of(flow.key));
  if (link_stalled_until > now) {
    stall(pipeline, flow, link_stalled_until, now);
    return true;
  }
  const Packet& packet = *flow.lane(reference.side).head;
  queue.mark = packet.charge == 0 ? 0 : mark_of(pipeline, budget, packet.charge);
  if (queue.mark > budget.carried) return false;
  const bool drops =
      is_struck_by_codel(pipeline, budget, reference, packet, now) && !goes_marked(pipeline, flow, packet, 0, now);
  if (drops) {
    if (packet.charge > 0) queue.head_since = std::max(queue.head_since, budget.capacity.reaches(queue.mark));
    drop_head(pipeline, budget, reference, DropReason::kCodel, now);
  } else {
    send_head(pipeline, budget, reference, queue.mark, now);
  }
  return true;
}

}  // namespace

QueueState::Service service_of(const SpeedRule& speed, bool stalls) {
  const bool by_tickets =
      !stalls && speed.discipline.kind == Kind::kTailDrop && speed.bound.unit != QueueBound::Unit::kPackets;
  return by_tickets ? Service::kTickets : speed.discipline.by_connection() ? Service::kFair : Service::kFifo;
}

bool is_full(const Budget& budget, std::uint64_t charge) {
  const Limiter& limiter = *budget.limiter;
  if (budget.queue.service == Service::kTickets) return limiter.backlog(budget.carried) + charge > budget.queue_limit;
  return limiter.waiting_bytes() + charge > budget.queue_limit ||
         limiter.waiting_packets() >= budget.queue.most_packets;
}

void enter_queue(Pipeline& pipeline, Budget& budget, const LaneReference& reference, std::uint16_t charge) {
  LaneQueue& part = budget.lanes.of(reference);
  ++part.packets;
  part.bytes += charge;
  ++budget.queue.packets;
  budget.queue.bytes += charge;
  budget.limiter->join(charge);
  if (budget.queue.service == Service::kFifo) return budget.tickets.push({0, reference});
  begin_turns(pipeline, budget, LaneQueues::number_of(reference));
}

void begin_turn_of_queue(Budget& budget, const SpeedRule& speed, Instant now) {
  constexpr int kMostUpdates = 16;
  QueueState& queue = budget.queue;
  queue.most_packets = speed.bound.unit == QueueBound::Unit::kPackets ? speed.bound.most : UINT64_MAX;
  if (speed.bound.unit == QueueBound::Unit::kBytes) budget.queue_limit = speed.bound.most;
  if (speed.bound.unit == QueueBound::Unit::kPackets) budget.queue_limit = UINT64_MAX;
  if (speed.discipline.kind != Kind::kPie || now < queue.pie.update_at()) return;
  const Wide nanoseconds = Wide{budget.limiter->waiting_bytes()} * static_cast<std::uint64_t>(kNanosecondsPerSecond) /
                           std::max<std::uint64_t>(budget.capacity.rate().bytes_per_second, 1);
  const Duration delay(static_cast<std::int64_t>(std::min<Wide>(nanoseconds, Wide{INT64_MAX / 32})));
  for (int updates = 0; queue.pie.update_at() <= now && updates < kMostUpdates; ++updates) {
    queue.pie.update(speed.discipline.law.target, delay);
  }
  if (queue.pie.update_at() <= now) queue.pie.skip_to(now + Pie::kUpdateEvery);
}

void join_queue(Pipeline& pipeline, Budget& budget, Flow& flow, Side from, Instant now) {
  Lane& lane = flow.lane(from);
  Packet& packet = *lane.first_unticketed();
  const bool costs = packet.charge > 0;  // what costs nothing only keeps its place
  if (costs && pipeline.discipline().kind == Kind::kPie && is_struck_by_pie(pipeline, budget, flow, packet, now)) {
    return drop_joining(pipeline, flow, from, DropReason::kPie, now);
  }
  if (costs && !makes_room(pipeline, budget, packet.charge, now)) {
    return drop_joining(pipeline, flow, from, DropReason::kRateQueue, now);
  }
  if (budget.queue.service == Service::kFifo && budget.tickets.room() == 0) {
    return drop_joining(pipeline, flow, from, DropReason::kNoTicket, now);
  }
  const LaneReference reference = pipeline.reference_to(flow, from);
  packet.queued_us = microseconds_of(now);
  lane.last_ticketed = &packet;
  enter_queue(pipeline, budget, reference, packet.charge);
}

void serve_queue(Pipeline& pipeline, Budget& budget, Instant now) {
  QueueState& queue = budget.queue;
  queue.waits = true;
  for (std::size_t served = 0; served < kPacketsATurn; ++served) {
    LaneReference reference;
    const Choice choice = choose_next(pipeline, budget, reference);
    if (choice == Choice::kEmpty) {
      queue.waits = false;
      return give_back_grant(budget);
    }
    if (choice == Choice::kNotYet) break;
    if (!serve(pipeline, budget, reference, now)) return;
  }
  queue.mark = 0;  // work is left over
}

void leave_queue(Pipeline& pipeline, const Flow& flow, Side from, Instant now) {
  Budget* const budget = pipeline.budget_of(flow, from);
  if (budget == nullptr) return;
  QueueState& queue = budget->queue;
  if (queue.service == Service::kTickets && !queue.is_moving()) return;
  LaneQueue& lane = budget->lanes.of(pipeline.reference_to(flow, from));
  if (queue.is_moving()) forget_move(queue, lane);
  if (lane.packets == 0) return;
  forget(*budget, lane, lane.packets, lane.bytes);
  queue.head_since = now;
}

}  // namespace weir
