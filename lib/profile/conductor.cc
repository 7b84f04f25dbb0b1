#include "profile/conductor.h"

#include <utility>

#include "profile/errors.h"

namespace weir {

Conductor::Conductor(const Profile& profile)
    : programme_(profile, Instant()), line_(programme_.begin(), programme_.waiting()) {
  note_names(line_.first().rules);
  take_next();
  look_ahead(Instant(), 0);
}

// Before a worker can use their numbers.
void Conductor::note_names(const Rules& rules) {
  names_.add_selection(line_.selection_for(rules), rules);
}

ScenePlan Conductor::plan_of(ProgrammeStep step) {
  return {.rules = std::move(step.rules),
          .clock = std::move(step.clock),
          .offset = step.offset,
          .phase = step.phase.empty() ? 0 : names_.number_of_phase(step.phase),
          .waiting = programme_.waiting()};
}

// What hangs on an event that nobody has heard yet is built as far ahead as if it came now.
bool Conductor::is_near(Instant now) const {
  const Instant zero = next_->clock->zero();
  return zero == Instant::never() ? next_->offset <= kHorizon : zero + next_->offset <= now + kHorizon;
}

void Conductor::look_ahead(Instant now, std::uint64_t reached) {
  line_.retire(reached);
  while (next_ && is_near(now)) {
    line_.append(plan_of(std::move(*next_)));
    take_next();
  }
}

// A file that a phase reads may be gone by now: what holds goes on to hold.
void Conductor::take_next() {
  try {
    next_ = programme_.next();
  } catch (const UsageError& error) {
    next_.reset();
    fault_ = error.what();
  }
}

void Conductor::replace(const Profile& profile, Instant at) {
  programme_ = Programme(profile, at);
  note_names(programme_.begin());
  line_.replace_from(at, {.rules = programme_.begin(), .clock = nullptr, .waiting = programme_.waiting()});
  take_next();
  look_ahead(at, 0);
}

}  // namespace weir
