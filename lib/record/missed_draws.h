// How many draws did not strike, by rule, for a log that has no line for each of them: a share of the draws can be told
// by counts alone. Counts are told together each second, and never reach over an instant from which something else is
// asked for. The thread of the log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <tuple>

#include "engine/decision_record.h"

namespace weir {

class MissedDraws {
 public:
  /// @param last the last of so many draws that did not strike.
  using Sink = std::function<void(const DecisionRecord& last, std::uint64_t count)>;

  /// A draw that did not strike.
  void count(const DecisionRecord& record);
  /// From `at` on something else is asked for. Draws of before may still come, from other workers.
  void begin(Instant at) { begins_at_ = at; }
  /// Tells all counts, and begins anew.
  void tell(const Sink& sink);

 private:
  using Key = std::tuple<bool, std::uint32_t, std::uint8_t, Event>;  // since begins_at_, selection, rule, event
  struct Count {
    DecisionRecord last;
    std::uint64_t draws = 0;
  };
  std::map<Key, Count> counts_;
  Instant begins_at_;
};

}  // namespace weir
