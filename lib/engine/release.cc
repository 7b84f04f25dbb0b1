#include "engine/release.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/hold.h"
#include "engine/pace.h"
#include "engine/queue.h"
#include "engine/reset.h"
#include "flow/lane.h"

namespace weir {
namespace {

constexpr std::size_t kLanesATurn = 256;
constexpr std::size_t kPacketsAVisit = 64;
constexpr std::size_t kTicketsATurn = 512;
constexpr Duration kLookAgainAfter = microseconds(10);  // whether all has moved that waits for another discipline

Duration lateness_of(const Pipeline& pipeline, const Packet& packet, const Flow& flow, Instant now) {
  return now - std::max(packet.due_at, pipeline.stalled_until(flow));
}

// Packets that are due in this turn and need a ticket of one budget: one fetch_add serves them all.
class Claims {
 public:
  // Claims bytes for the lane's first packet without ticket, or drops it at the tail of a full queue. Packets that cost
  // nothing are never dropped: they only keep their place.
  void claim(Pipeline& pipeline, Budget& budget, Flow& flow, Side from, Instant now) {
    Lane& lane = flow.lane(from);
    Packet& packet = *lane.first_unticketed();
    if (packet.charge > 0 && budget.limiter->backlog(budget.carried) + bytes_ + packet.charge > budget.queue_limit) {
      return drop_limited(pipeline, flow, take_first_unticketed(lane), DropReason::kRateQueue, now);
    }
    if (budget.tickets.room() == count_) {
      return drop_limited(pipeline, flow, take_first_unticketed(lane), DropReason::kNoTicket, now);
    }
    lane.last_ticketed = &packet;
    bytes_ += packet.charge;
    claims_[count_++] = {bytes_, pipeline.reference_to(flow, from)};
    if (count_ == claims_.size()) settle(budget);
  }

  // Takes one ticket for all that was claimed and cuts it up.
  void settle(Budget& budget) {
    if (count_ == 0) return;
    const std::uint64_t mark = budget.limiter->take(bytes_, budget.carried);
    for (std::size_t i = 0; i < count_; ++i) budget.tickets.push({mark + claims_[i].mark, claims_[i].lane});
    bytes_ = 0;
    count_ = 0;
  }

 private:
  std::array<Ticket, 64> claims_;  // marks counted from the start of the ticket
  std::size_t count_ = 0;
  std::uint64_t bytes_ = 0;
};

// By budget, as Pipeline's.
using ClaimsByBudget = std::array<Claims, 2>;

void wait_for(Pipeline& pipeline, ClaimsByBudget& claims, Budget& budget, Flow& flow, Side from, Instant now) {
  const auto index = static_cast<std::size_t>(&budget - pipeline.budgets.data());
  if (flow.lane(from).last_ticketed == nullptr) {
    const auto others = flow.budget & ~(1U << index_of(from));
    flow.budget = static_cast<std::uint8_t>(others | index << index_of(from)) & 3U;
  }
  if (budget.queue.service != QueueState::Service::kTickets) return join_queue(pipeline, budget, flow, from, now);
  claims[index].claim(pipeline, budget, flow, from, now);
}

void visit_lane(Pipeline& pipeline, ClaimsByBudget& claims, LaneReference reference, Instant now) {
  Flow& flow = pipeline.flows.slot(reference.slot);
  const Side from = reference.side;
  Lane& lane = flow.lane(from);
  if (lane.epoch != reference.epoch) return;
  const Instant stalled_until = pipeline.stalled_until(flow);
  if (stalled_until > now) {
    if (own_rate_of(pipeline, flow) != nullptr) void_turns(flow);
    return schedule(pipeline, flow, from, stalled_until, now);
  }
  Budget* const budget = pipeline.budget_of(flow, from);
  if (budget != nullptr && budget->queue.is_moving()) return schedule(pipeline, flow, from, now + kLookAgainAfter, now);
  std::size_t visited = 0;
  while (const Packet* packet = lane.first_unticketed()) {
    if (packet->due_at > now || visited >= kPacketsAVisit) return schedule(pipeline, flow, from, packet->due_at, now);
    if (!packet->paced) {
      take_turns(pipeline, flow, from, now);
      ++visited;
      continue;
    }
    // What is due leaves at once by what is left of its budget, where nothing of its lane waits for the limiter.
    std::uint64_t credit = budget == nullptr ? UINT64_MAX : budget->at_once.bytes();
    const bool leaves = lane.last_ticketed == nullptr && packet->charge <= credit;
    if (!leaves) {
      wait_for(pipeline, claims, *budget, flow, from, now);
      ++visited;
      continue;
    }
    const Run run = hand_over_due(pipeline, flow, from, {kPacketsAVisit - visited, credit}, now);
    visited += run.packets;
    if (budget == nullptr) continue;
    budget->at_once.next += run.charge;
    pipeline.count_limited(*budget, run.charge);
  }
}

void fire_timer(Pipeline& pipeline, TimerReference timer, Instant now) {
  Flow& flow = pipeline.flows.slot(timer.slot);
  if (flow.timer_epoch == timer.epoch) cut_by_timer(pipeline, flow, now);
}

void visit(Pipeline& pipeline, ClaimsByBudget& claims, std::uint64_t token, Instant now) {
  if (TimerReference::is_one(token)) return fire_timer(pipeline, TimerReference::from_token(token), now);
  visit_lane(pipeline, claims, LaneReference::from_token(token), now);
}

// Whether what comes due need not ask for its place: nothing waits before the limiter, and no discipline chooses.
bool flows_freely(const Pipeline& pipeline, const Budget& budget) {
  return budget.limiter != nullptr && budget.tickets.empty() && budget.queue.packets == 0 &&
         !budget.queue.is_moving() && pipeline.discipline().kind == QueueDiscipline::Kind::kTailDrop;
}

// What the packets that are due in some lanes cost, by budget.
std::array<std::uint64_t, 2> cost_of(Pipeline& pipeline, std::span<const TimingWheel::Entry> due, Instant now) {
  std::array<std::uint64_t, 2> cost{};
  for (const TimingWheel::Entry& entry : due) {
    if (TimerReference::is_one(entry.token)) continue;
    const LaneReference reference = LaneReference::from_token(entry.token);
    const Lane& lane = pipeline.flows.slot(reference.slot).lane(reference.side);
    if (lane.epoch != reference.epoch || lane.last_ticketed != nullptr) continue;
    std::uint64_t& sum = cost[pipeline.limits == 2 ? index_of(reference.side) : 0];
    std::size_t seen = 0;
    for (const Packet* packet = lane.head; packet != nullptr && packet->due_at <= now; packet = packet->next) {
      sum += packet->charge;
      if (++seen == kPacketsAVisit) break;
    }
  }
  return cost;
}

// One ticket for all that is due, if the capacity has reached it: then nothing of it goes through the queue.
void ask_for_all(Pipeline& pipeline, std::span<const TimingWheel::Entry> due, Instant now) {
  if (pipeline.limits == 0) return;
  const auto is_free = [&pipeline](const Budget& budget) { return flows_freely(pipeline, budget); };
  if (std::ranges::none_of(pipeline.budgets, is_free)) return;
  const std::array<std::uint64_t, 2> cost = cost_of(pipeline, due, now);
  for (std::size_t i = 0; i < pipeline.budgets.size(); ++i) {
    Budget& budget = pipeline.budgets[i];
    if (cost[i] == 0 || !is_free(budget)) continue;
    std::uint64_t end = 0;
    if (budget.limiter->take_at_once(cost[i], budget.carried, budget.queue.era_begun, end))
      budget.at_once = {end - cost[i], end};
  }
}

void give_back_rest(Budget& budget) {
  if (budget.at_once.bytes() > 0) {
    budget.limiter->give_back(budget.at_once.bytes(), budget.at_once.end, budget.queue.era_begun);
  }
  budget.at_once = {};
}

// False: more lanes are due than a turn visits.
bool release_due_lanes(Pipeline& pipeline, Instant now) {
  ClaimsByBudget claims;
  bool all = false;
  std::array<TimingWheel::Entry, 64> due;
  for (std::size_t visited = 0; visited < kLanesATurn && !all; visited += due.size()) {
    const std::size_t count = pipeline.wheel.expire(now, due);
    ask_for_all(pipeline, {due.data(), count}, now);
    for (std::size_t i = 0; i < count; ++i) visit(pipeline, claims, due[i].token, now);
    for (Budget& budget : pipeline.budgets) give_back_rest(budget);
    all = count < due.size();
  }
  for (std::size_t i = 0; i < claims.size(); ++i) claims[i].settle(pipeline.budgets[i]);
  return all;
}

// False: more tickets have reached their mark than a turn serves.
bool serve_tickets(Pipeline& pipeline, Budget& budget, Instant now) {
  TicketQueue& tickets = budget.tickets;
  for (std::size_t served = 0; served < kTicketsATurn && !tickets.empty(); ++served) {
    const Ticket ticket = tickets.front();
    if (ticket.mark > budget.carried) return true;
    tickets.pop();
    Flow& flow = pipeline.flows.slot(ticket.lane.slot);
    Lane& lane = flow.lane(ticket.lane.side);
    if (lane.epoch != ticket.lane.epoch) continue;
    const Instant link_stalled_until = pipeline.outages.until(link_of(flow.key));
    if (link_stalled_until > now) {
      stall(pipeline, flow, link_stalled_until, now);
      continue;
    }
    const Duration past_mark = now - budget.capacity.reaches(ticket.mark);
    pipeline.count_limited(budget, lane.head->charge);
    hand_over_head(pipeline, flow, ticket.lane.side, std::min(lateness_of(pipeline, *lane.head, flow, now), past_mark),
                   now);
  }
  return tickets.empty();
}

}  // namespace

bool release(Pipeline& pipeline, Instant now) {
  bool all = release_due_lanes(pipeline, now);
  for (Budget& budget : pipeline.budgets) {
    if (budget.limiter == nullptr || budget.queue.is_moving()) continue;
    const bool by_tickets = budget.queue.service == QueueState::Service::kTickets;
    if (by_tickets) {
      all = serve_tickets(pipeline, budget, now) && all;
    } else {
      serve_queue(pipeline, budget, now);
    }
  }
  return all;
}

}  // namespace weir
