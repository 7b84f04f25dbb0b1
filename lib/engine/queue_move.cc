#include "engine/queue_move.h"

#include <utility>

#include "engine/hold.h"
#include "engine/queue.h"
#include "flow/lane.h"

namespace weir {
namespace {

using Service = QueueState::Service;

constexpr std::size_t kMovesATurn = 512;

// The bytes that the link is carrying right now, if they are this worker's: nobody else's lie between them and what has
// been carried, so they may be promised again. Else the mark up to which tickets may have been served.
std::uint64_t served_to(Pipeline& pipeline, const Budget& budget) {
  Grant present = budget.queue.grant;
  if (budget.queue.service == Service::kTickets && !budget.tickets.empty()) {
    const Ticket& front = budget.tickets.front();
    const Lane& lane = pipeline.flows.slot(front.lane.slot).lane(front.lane.side);
    if (lane.epoch == front.lane.epoch) present = {front.mark - lane.head->charge, front.mark};
  }
  const bool is_mine = present.next <= budget.carried && budget.carried < present.end;
  return is_mine ? present.next : budget.carried;
}

// From here what waits counts as having left; move_one counts it in again.
void begin(Pipeline& pipeline, Budget& budget) {
  QueueState& queue = budget.queue;
  budget.limiter->begin_anew(queue.era, served_to(pipeline, budget));
  budget.limiter->leave(queue.packets, queue.bytes);
  queue.packets = queue.bytes = 0;
  queue.grant = {};
  queue.goes_on = queue.waits = false;
  queue.codel = {};
  queue.era_begun = queue.era;
  queue.moves_from = std::exchange(queue.service, queue.asked);
  queue.to_move = queue.moves_from == Service::kFair ? queue.listed : budget.tickets.size();
}

void begin_lane(const QueueState& queue, LaneQueue& part) {
  if (part.era != queue.era_begun) forget_move(queue, part);
}

// Whether packets of a lane, which has begun, are still to move. It may stand in a list while it waits for another
// budget.
bool has_more(Pipeline& pipeline, const Budget& budget, const Flow& flow, Side from, const LaneQueue& part) {
  return flow.lanes[index_of(from)].last_ticketed != part.moved && pipeline.budget_of(flow, from) == &budget;
}

void drop_moving(Pipeline& pipeline, Flow& flow, Side from, const LaneQueue& part, Instant now) {
  Lane& lane = flow.lane(from);
  const Packet* const last = lane.last_ticketed;
  Packet& packet = part.moved == nullptr ? take_head(lane) : take_behind(lane, *part.moved);
  if (last == &packet) lane.last_ticketed = part.moved;
  drop_limited(pipeline, flow, packet, DropReason::kRateQueue, now);
}

// The next packet of a lane that has not moved; there must be one.
void move_one(Pipeline& pipeline, Budget& budget, const LaneReference& reference, Instant now) {
  Flow& flow = pipeline.flows.slot(reference.slot);
  const Lane& lane = flow.lane(reference.side);
  LaneQueue& part = budget.lanes.of(reference);
  Packet& packet = part.moved == nullptr ? *lane.head : *part.moved->next;
  const bool fits = (packet.charge == 0 || !is_full(budget, packet.charge)) && budget.tickets.room() > 0;
  if (!fits) return drop_moving(pipeline, flow, reference.side, part, now);
  part.moved = &packet;
  if (budget.queue.service == Service::kTickets) {
    const std::uint64_t mark = budget.limiter->take(packet.charge, budget.carried) + packet.charge;
    return budget.tickets.push({mark, reference});
  }
  // With a ticket it has waited since it was due.
  if (budget.queue.moves_from == Service::kTickets) packet.queued_us = microseconds_of(packet.due_at);
  enter_queue(pipeline, budget, reference, packet.charge);
}

void move_first_ticket(Pipeline& pipeline, Budget& budget, Instant now) {
  const LaneReference reference = budget.tickets.front().lane;
  budget.tickets.pop();
  --budget.queue.to_move;
  if (pipeline.flows.slot(reference.slot).lane(reference.side).epoch != reference.epoch) return;
  begin_lane(budget.queue, budget.lanes.of(reference));
  move_one(pipeline, budget, reference, now);
}

// One packet of the lane whose turn it is, which then goes behind the others.
void move_from_first_lane(Pipeline& pipeline, Budget& budget, Instant now) {
  QueueState& queue = budget.queue;
  LaneList& list = queue.fresh.empty() ? queue.old : queue.fresh;
  const std::uint32_t number = list.front();
  LaneQueue& part = budget.lanes[number];
  list.pop(part);
  begin_lane(queue, part);
  Flow& flow = pipeline.flows.slot(number / 2);
  const auto from = static_cast<Side>(number % 2);
  if (has_more(pipeline, budget, flow, from, part)) {
    move_one(pipeline, budget, pipeline.reference_to(flow, from), now);
    if (has_more(pipeline, budget, flow, from, part)) return queue.old.push(budget.lanes, number);
  }
  part.listed = false;
  --queue.listed;
  --queue.to_move;
}

void go_on(Pipeline& pipeline, Budget& budget, std::size_t most, Instant now) {
  const bool is_fair = budget.queue.moves_from == Service::kFair;
  for (std::size_t moved = 0; moved < most && budget.queue.is_moving(); ++moved) {
    is_fair ? move_from_first_lane(pipeline, budget, now) : move_first_ticket(pipeline, budget, now);
  }
}

}  // namespace

void ask_for(QueueState& queue, QueueState::Service service) {
  if (queue.asked == service) return;
  queue.asked = service;
  ++queue.era;
}

void move_over(Pipeline& pipeline, Budget& budget, Instant now) {
  QueueState& queue = budget.queue;
  if (queue.era != queue.era_begun) {
    go_on(pipeline, budget, SIZE_MAX, now);  // a move that had not come to its end
    begin(pipeline, budget);
  }
  if (queue.is_moving()) go_on(pipeline, budget, kMovesATurn, now);
}

void forget_move(const QueueState& queue, LaneQueue& lane) {
  if (lane.era != queue.era_begun) lane.packets = lane.bytes = 0;  // they count as having left
  lane.era = queue.era_begun;
  lane.moved = nullptr;
}

}  // namespace weir
