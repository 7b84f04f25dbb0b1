// A scene: the rules of a stretch of a run, from an instant on. Scenes are a chain: immutable but for the pointer to
// the next one, which control sets when that is complete (release) and workers follow when its time has come (acquire),
// so that each worker applies a boundary at its exact time, whenever control got round to it. Control owns them and
// frees one when every worker has left it (decision 0011); nothing that outlives a turn may point into a scene, but
// what Worker::enter renews.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/scene_clock.h"
#include "impair/rules.h"
#include "impair/select.h"

namespace weir {

/// By a rule's number before: its number now, or kNoRule where there is no rule of that name and match any more.
using RuleNumbers = std::array<std::uint8_t, 256>;

/// Which rules there are, what they take, and which of them do nothing. Scenes that differ in nothing but how much is
/// done share one, and then no connection has to be asked anew.
struct Selection {
  /// Changes of rules that a connection may sleep through and still know its rule by name.
  static constexpr std::size_t kMostRenamings = 8;

  Selector selector;
  std::uint32_t number = 0;                                      // counted up by one
  std::vector<std::shared_ptr<const RuleNumbers>> renamed = {};  // [i]: from selection `number` - 1 - i

  /// From an earlier selection's numbers to this one's; null where that is too long ago.
  [[nodiscard]] const RuleNumbers* renamed_since(std::uint32_t earlier) const {
    const std::size_t ago = number - earlier;
    return ago == 0 || ago > renamed.size() ? nullptr : renamed[ago - 1].get();
  }
};

struct Scene {
  const Rules rules;
  const std::shared_ptr<const Selection> selection;
  const std::shared_ptr<const SceneClock> clock;
  const Duration offset;           // from the clock's zero
  const std::uint64_t number = 0;  // counted up along the chain
  const std::uint32_t phase = 0;   // that begins with it, as the log calls it; 0: none does
  const std::uint32_t asked = 0;   // what it asks for, as the log calls it; 0: the log is not told
  const std::shared_ptr<const std::vector<std::shared_ptr<SceneClock>>> waiting = {};  // clocks that events start
  mutable std::atomic<const Scene*> next{nullptr};                                     // control writes, workers read

  [[nodiscard]] Instant begins_at() const {
    const Instant zero = clock->zero();
    return zero == Instant::never() ? zero : zero + offset;
  }

  /// The next scene, if its time has come.
  [[nodiscard]] const Scene* following(Instant now) const {
    const Scene* const after = next.load(std::memory_order_acquire);
    return after != nullptr && after->begins_at() <= now ? after : nullptr;
  }

  /// Tells the clocks that wait. Any worker.
  void tell(SceneClock::Event event, Instant now) const {
    if (waiting == nullptr) return;
    for (const auto& one : *waiting) one->hear(event, now);
  }
};

}  // namespace weir
