// The scenes that a profile asks for, one after the other, made when they are asked for: a phase whose numbers change
// is a scene a step, and a loop never ends. Control threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/scene_clock.h"
#include "profile/profile.h"
#include "profile/scene_line.h"
#include "profile/timeline.h"

namespace weir {

struct ProgrammeStep {
  std::shared_ptr<const SceneClock> clock;
  Duration offset;     // from the clock's zero
  std::string phase;   // that begins with it; empty: none does
  std::string within;  // the phase that it is in; empty: none
  Rules rules;
};

class Programme {
 public:
  /// @param at when the profile begins to hold.
  Programme(const Profile& profile, Instant at);

  /// What holds until the first step.
  [[nodiscard]] const Rules& begin() const { return base_; }
  /// Clocks that wait for events; null for none.
  [[nodiscard]] const WaitingClocks& waiting() const { return waiting_; }

  /// The next step, in order of time; nothing when all has been said.
  [[nodiscard]] std::optional<ProgrammeStep> next();

 private:
  // A phase on its clock.
  struct Span {
    std::size_t phase = 0;
    std::shared_ptr<const SceneClock> clock;
    Duration begin;
    std::optional<Duration> end;
  };

  void lay_out(Instant at);
  [[nodiscard]] std::optional<ProgrammeStep> leave(const Span& span);
  [[nodiscard]] Rules rules_of(Profile profile) const;
  [[nodiscard]] Duration shift() const;

  std::uint64_t seed_ = 1;
  Rules base_;
  std::shared_ptr<const Timeline> timeline_;
  WaitingClocks waiting_;
  std::vector<Span> spans_;

  // where next() is
  std::uint64_t pass_ = 0;  // of the loop
  std::size_t span_ = 0;
  std::uint32_t turn_ = 0;  // of the phase
  std::int64_t step_ = 0;   // of the turn
  bool leaves_ = false;     // the span before has ended and no other one follows at once
};

}  // namespace weir
