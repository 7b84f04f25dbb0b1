#include "engine/release.h"

#include <algorithm>
#include <array>

#include "engine/hold.h"
#include "engine/reset.h"
#include "flow/lane.h"

namespace weir {
namespace {

constexpr std::size_t kLanesATurn = 256;
constexpr std::size_t kPacketsAVisit = 64;
constexpr std::size_t kTicketsATurn = 512;

Duration lateness_of(const Packet& packet, const Flow& flow, Instant now) {
  return now - std::max(packet.due_at, flow.stalled_until);
}

// Packets that are due in this turn and need a ticket: one fetch_add serves them all.
class Claims {
 public:
  explicit Claims(Pipeline& pipeline) : pipeline_(pipeline), queue_limit_(queue_limit(pipeline)) {}

  // Claims bytes for the lane's first packet without ticket, or drops it at the tail of a full queue. Packets without
  // payload cost nothing and are never dropped: they only keep their place.
  void claim(Flow& flow, Side from, Instant now) {
    Lane& lane = flow.lane(from);
    Packet& packet = *lane.first_unticketed();
    if (packet.charge > 0 && pipeline_.limiter->backlog(pipeline_.carried) + bytes_ + packet.charge > queue_limit_) {
      return drop(flow, take_first_unticketed(lane), DropReason::kRateQueue, now);
    }
    if (pipeline_.tickets.room() == count_) {
      return drop(flow, take_first_unticketed(lane), DropReason::kNoTicket, now);
    }
    lane.last_ticketed = &packet;
    bytes_ += packet.charge;
    claims_[count_++] = {bytes_, {pipeline_.flows.slot_of(&flow), lane.epoch, from}};
    if (count_ == claims_.size()) settle();
  }

  // Takes one ticket for all that was claimed and cuts it up.
  void settle() {
    if (count_ == 0) return;
    const std::uint64_t mark = pipeline_.limiter->take(bytes_, pipeline_.carried);
    for (std::size_t i = 0; i < count_; ++i) pipeline_.tickets.push({mark + claims_[i].mark, claims_[i].lane});
    bytes_ = 0;
    count_ = 0;
  }

 private:
  [[nodiscard]] static std::uint64_t queue_limit(const Pipeline& pipeline) {
    if (pipeline.limiter == nullptr) return 0;
    const SpeedRule& speed = *pipeline.rules.speed;
    const auto milliseconds = static_cast<std::uint64_t>(speed.queue.nanoseconds() / 1'000'000);
    return std::max(speed.queue_at_least, pipeline.capacity.rate().bytes_per_second * milliseconds / 1'000);
  }

  void drop(Flow& flow, Packet& packet, DropReason reason, Instant now) {
    drop_held(pipeline_, flow, packet, reason, now);
    pipeline_.recorder.note(flow, Event::kDrop, now, flow.drops++, 0);
  }

  Pipeline& pipeline_;
  const std::uint64_t queue_limit_;
  std::array<Ticket, 64> claims_{};  // marks counted from the start of the ticket
  std::size_t count_ = 0;
  std::uint64_t bytes_ = 0;
};

void visit_lane(Pipeline& pipeline, Claims& claims, LaneReference reference, Instant now) {
  Flow& flow = pipeline.flows.slot(reference.slot);
  const Side from = reference.side;
  Lane& lane = flow.lane(from);
  if (lane.epoch != reference.epoch) return;
  if (flow.stalled_until > now) return schedule(pipeline, flow, from, flow.stalled_until, now);
  for (std::size_t visited = 0; const Packet* packet = lane.first_unticketed(); ++visited) {
    if (packet->due_at > now || visited == kPacketsAVisit) return schedule(pipeline, flow, from, packet->due_at, now);
    const bool free_of_charge = packet->charge == 0 && lane.last_ticketed == nullptr;
    if (pipeline.limiter == nullptr || free_of_charge) {
      hand_over_head(pipeline, flow, from, lateness_of(*packet, flow, now), now);
    } else {
      claims.claim(flow, from, now);
    }
  }
}

void fire_timer(Pipeline& pipeline, TimerReference timer, Instant now) {
  Flow& flow = pipeline.flows.slot(timer.slot);
  if (flow.timer_epoch == timer.epoch) cut_by_timer(pipeline, flow, now);
}

void visit(Pipeline& pipeline, Claims& claims, std::uint64_t token, Instant now) {
  if (TimerReference::is_one(token)) return fire_timer(pipeline, TimerReference::from_token(token), now);
  visit_lane(pipeline, claims, LaneReference::from_token(token), now);
}

void release_due_lanes(Pipeline& pipeline, Instant now) {
  Claims claims(pipeline);
  std::array<TimingWheel::Entry, 64> due;
  for (std::size_t visited = 0; visited < kLanesATurn; visited += due.size()) {
    const std::size_t count = pipeline.wheel.expire(now, due);
    for (std::size_t i = 0; i < count; ++i) {
      visit(pipeline, claims, due[i].token, now);
    }
    if (count < due.size()) break;
  }
  claims.settle();
}

void serve_tickets(Pipeline& pipeline, Instant now) {
  TicketQueue& tickets = pipeline.tickets;
  for (std::size_t served = 0; served < kTicketsATurn && !tickets.empty(); ++served) {
    const Ticket ticket = tickets.front();
    if (ticket.mark > pipeline.carried) return;
    tickets.pop();
    Flow& flow = pipeline.flows.slot(ticket.lane.slot);
    Lane& lane = flow.lane(ticket.lane.side);
    if (lane.epoch != ticket.lane.epoch) continue;
    const Duration past_mark = now - pipeline.capacity.reaches(ticket.mark);
    pipeline.counters.limited_bytes.add(lane.head->charge);
    hand_over_head(pipeline, flow, ticket.lane.side, std::min(lateness_of(*lane.head, flow, now), past_mark), now);
  }
}

}  // namespace

void release(Pipeline& pipeline, Instant now) {
  release_due_lanes(pipeline, now);
  if (pipeline.limiter != nullptr) serve_tickets(pipeline, now);
}

}  // namespace weir
