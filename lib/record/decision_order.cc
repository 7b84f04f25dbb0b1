#include "record/decision_order.h"

#include <algorithm>
#include <utility>

namespace weir {

DecisionOrder::DecisionOrder(std::size_t workers, bool everything, Sink sink)
    : workers_(workers), everything_(everything), sink_(std::move(sink)) {}

bool DecisionOrder::is_wanted(const DecisionRecord& record) const {
  const bool is_frame_by_frame =
      record.event == Event::kDrop || record.event == Event::kMark || record.event == Event::kAbsorb;
  return everything_ || (record.hit && !is_frame_by_frame);
}

void DecisionOrder::take(std::size_t worker, const DecisionRecord& record) {
  PerWorker& state = workers_[worker];
  if (record.event == Event::kDone || record.event == Event::kAbandoned) return finish(state, record);
  if (!is_wanted(record)) return;

  const Connection connection{record.key, record.k};
  const bool waits = record.number != 0;
  if (!waits && !state.queues.contains(connection)) return sink_(Decision{record, Outcome::kComplete, {}});

  Queue& queue = state.queues[connection];
  queue.push_back(Decision{record, waits ? Outcome::kHeld : Outcome::kComplete, {}});
  if (waits) state.held[record.number] = Held{connection, &queue.back()};
}

void DecisionOrder::finish(PerWorker& worker, const DecisionRecord& record) {
  const auto held = worker.held.find(record.number);
  if (held == worker.held.end()) return;
  const Connection connection = held->second.connection;
  Decision& decision = *held->second.decision;
  decision.outcome = record.event == Event::kDone ? Outcome::kDone : Outcome::kAbandoned;
  decision.done_at = record.at;
  worker.held.erase(held);

  const auto entry = worker.queues.find(connection);
  Queue& queue = entry->second;
  while (!queue.empty() && queue.front().outcome != Outcome::kHeld) {
    sink_(queue.front());
    queue.pop_front();
  }
  if (queue.empty()) worker.queues.erase(entry);
}

void DecisionOrder::close() {
  std::vector<Decision> rest;
  for (PerWorker& worker : workers_) {
    for (const auto& [connection, queue] : worker.queues) rest.insert(rest.end(), queue.begin(), queue.end());
    worker = PerWorker{};
  }
  std::ranges::stable_sort(rest, {}, [](const Decision& decision) { return decision.record.at; });
  for (const Decision& decision : rest) sink_(decision);
}

}  // namespace weir
