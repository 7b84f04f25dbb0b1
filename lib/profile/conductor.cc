#include "profile/conductor.h"

#include <utility>

#include "profile/errors.h"

namespace weir {

Conductor::Conductor(const Profile& profile, bool tells)
    : tells_(tells), programme_(profile, Instant()), line_(programme_.begin(), programme_.waiting()) {
  note_names(line_.first().rules);
  if (tells_) static_cast<void>(asked_.add({"", programme_.begin()}));
  take_next();
  look_ahead(Instant(), 0);
}

// Before a worker can use their numbers.
void Conductor::note_names(const Rules& rules) {
  names_.add_selections(line_.selection_for(rules), rules);
}

// Where a phase begins or ends always.
std::uint32_t Conductor::number_of_asked(const ProgrammeStep& step) {
  if (!tells_) return 0;
  const bool goes_on = step.phase.empty() && told_ && told_->within == step.within && told_->clock == step.clock;
  if (goes_on && step.offset - told_->offset < kTellEvery) return 0;
  told_ = ProgrammeStep{.clock = step.clock, .offset = step.offset, .phase = "", .within = step.within, .rules = {}};
  return asked_.add({step.within, step.rules});
}

ScenePlan Conductor::plan_of(ProgrammeStep step) {
  const std::uint32_t asked = number_of_asked(step);
  return {.rules = std::move(step.rules),
          .clock = std::move(step.clock),
          .offset = step.offset,
          .phase = step.phase.empty() ? 0 : names_.number_of_phase(step.phase),
          .asked = asked,
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
  told_.reset();
  const std::uint32_t asked = tells_ ? asked_.add({"", programme_.begin()}) : 0;
  line_.replace_from(at,
                     {.rules = programme_.begin(), .clock = nullptr, .asked = asked, .waiting = programme_.waiting()});
  take_next();
  look_ahead(at, 0);
}

}  // namespace weir
