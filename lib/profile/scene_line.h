// Control's end of a chain of scenes (engine/scene.h): builds them aside, publishes one pointer each, and frees those
// that every worker has left. Nothing that a worker can still reach is ever changed or freed. One control thread; the
// workers read along.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "engine/scene.h"

namespace weir {

/// Clocks that wait for events, as the scenes of one programme share them.
using WaitingClocks = std::shared_ptr<const std::vector<std::shared_ptr<SceneClock>>>;

/// A scene to come.
struct ScenePlan {
  Rules rules;
  std::shared_ptr<const SceneClock> clock;
  Duration offset = {};
  std::uint32_t phase = 0;
  std::uint32_t asked = 0;
  WaitingClocks waiting = {};
};

class SceneLine {
 public:
  /// The first scene holds from the start of the run.
  explicit SceneLine(Rules first, WaitingClocks waiting = {});

  /// Where workers start, before any scene was retired.
  [[nodiscard]] const Scene& first() const { return *scenes_.front(); }
  [[nodiscard]] const Scene& last() const { return *scenes_.back(); }
  /// The one that holds at an instant, as far as scenes have been built.
  [[nodiscard]] const Scene& at(Instant now) const;

  /// Puts a scene behind the last one; it must not begin before that one.
  void append(ScenePlan plan);

  /// Puts a scene in place of all that have not begun by `at`, at which it begins itself.
  void replace_from(Instant at, ScenePlan plan);

  /// Frees scenes before the one that every worker has reached.
  void retire(std::uint64_t reached);

  /// The number of the selection that a scene of these rules will have, if it is the next one to be made.
  [[nodiscard]] std::uint32_t selection_for(const Rules& rules) { return selection_of(rules)->number; }

  /// Scenes that are not freed yet.
  [[nodiscard]] std::size_t size() const { return scenes_.size(); }

 private:
  const Scene& add(ScenePlan plan);
  void keep_traces(Rules& rules) const;
  [[nodiscard]] std::shared_ptr<const Selection> selection_of(const Rules& rules);

  std::deque<std::unique_ptr<const Scene>> scenes_;
  std::vector<Rule> selected_by_;  // names and matches of the newest selection
  std::uint64_t idle_ = 0;         // which of its rules do nothing
  std::shared_ptr<const Selection> selection_;
  std::uint64_t next_number_ = 0;
};

}  // namespace weir
