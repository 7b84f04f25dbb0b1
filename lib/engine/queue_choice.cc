#include "engine/queue_choice.h"

namespace weir {
namespace {

constexpr int kMostSteps = 512;  // over lanes, or tickets that are void, a call

Choice front_in_order(Pipeline& pipeline, Budget& budget, LaneReference& lane) {
  for (int step = 0; step < kMostSteps; ++step) {
    if (budget.tickets.empty()) return Choice::kEmpty;
    lane = budget.tickets.front().lane;
    if (pipeline.flows.slot(lane.slot).lane(lane.side).epoch == lane.epoch) return Choice::kFound;
    budget.tickets.pop();
  }
  return Choice::kNotYet;
}

// By LaneQueues::number_of.
LaneReference reference_to(Pipeline& pipeline, std::uint32_t number) {
  return pipeline.reference_to(pipeline.flows.slot(number / 2), static_cast<Side>(number % 2));
}

// A lane with nothing left: behind the others if it was in its first turn, so that to stop and start gains no place;
// else out (RFC 8290, 4.2).
void retire(Budget& budget, LaneList& list, bool may_linger) {
  QueueState& queue = budget.queue;
  const std::uint32_t number = list.front();
  LaneQueue& lane = budget.lanes[number];
  list.pop(lane);
  if (may_linger) return queue.old.push(budget.lanes, number);
  lane.listed = false;
  --queue.listed;
}

Choice front_in_turn(Pipeline& pipeline, Budget& budget, LaneReference& lane) {
  QueueState& queue = budget.queue;
  const auto quantum = static_cast<std::int32_t>(pipeline.discipline().quantum);
  for (int step = 0; step < kMostSteps; ++step) {
    const bool is_fresh = !queue.fresh.empty();
    LaneList& list = is_fresh ? queue.fresh : queue.old;
    if (list.empty()) return Choice::kEmpty;
    const std::uint32_t number = list.front();
    LaneQueue& front = budget.lanes[number];
    if (front.packets == 0) {
      retire(budget, list, is_fresh && !queue.old.empty());
    } else if (front.deficit <= 0) {
      front.deficit += quantum;
      list.pop(front);
      queue.old.push(budget.lanes, number);
    } else {
      lane = reference_to(pipeline, number);
      return Choice::kFound;
    }
  }
  return Choice::kNotYet;
}

void keep_fatter(Budget& budget, const LaneList& list, std::uint32_t& fattest) {
  constexpr int kMostSeen = 64;
  std::uint32_t number = list.front();
  for (int seen = 0; number != LaneQueue::kNone && seen < kMostSeen; ++seen) {
    const LaneQueue& lane = budget.lanes[number];
    const bool is_fatter = fattest == LaneQueue::kNone || lane.bytes > budget.lanes[fattest].bytes;
    if (lane.packets > 0 && is_fatter) fattest = number;
    number = lane.next;
  }
}

}  // namespace

Choice choose_next(Pipeline& pipeline, Budget& budget, LaneReference& lane) {
  if (budget.queue.packets == 0) {
    budget.tickets.clear();  // all of them are void
    return Choice::kEmpty;
  }
  return budget.queue.service == QueueState::Service::kFair ? front_in_turn(pipeline, budget, lane)
                                                            : front_in_order(pipeline, budget, lane);
}

Choice choose_victim(Pipeline& pipeline, Budget& budget, LaneReference& lane) {
  if (budget.queue.packets == 0) return Choice::kEmpty;
  if (budget.queue.service != QueueState::Service::kFair) return front_in_order(pipeline, budget, lane);
  std::uint32_t fattest = LaneQueue::kNone;
  keep_fatter(budget, budget.queue.fresh, fattest);
  keep_fatter(budget, budget.queue.old, fattest);
  if (fattest == LaneQueue::kNone) return Choice::kNotYet;
  lane = reference_to(pipeline, fattest);
  return Choice::kFound;
}

void begin_turns(Pipeline& pipeline, Budget& budget, std::uint32_t lane) {
  LaneQueue& begun = budget.lanes[lane];
  if (begun.listed) return;
  const QueueDiscipline& discipline = pipeline.discipline();
  begun.listed = true;
  begun.deficit = static_cast<std::int32_t>(discipline.quantum);
  ++budget.queue.listed;
  const bool is_first = discipline.kind == QueueDiscipline::Kind::kFqCodel;
  (is_first ? budget.queue.fresh : budget.queue.old).push(budget.lanes, lane);
}

}  // namespace weir
