#include "profile/programme.h"

#include <utility>

namespace weir {
namespace {

using Event = SceneClock::Event;

Duration times(Duration length, std::uint64_t n) {
  return Duration(length.nanoseconds() * static_cast<std::int64_t>(n));
}

}  // namespace

Programme::Programme(const Profile& profile, Instant at)
    : seed_(profile.seed), base_(compile(profile)), timeline_(profile.timeline) {
  if (timeline_) lay_out(at);
}

void Programme::lay_out(Instant at) {
  auto waiting = std::make_shared<std::vector<std::shared_ptr<SceneClock>>>();
  std::shared_ptr<const SceneClock> clock = std::make_shared<const SceneClock>(at);
  if (timeline_->starts == SceneStart::kFirstPacket) {
    waiting->push_back(std::make_shared<SceneClock>(Event::kFrame, 1));
    clock = waiting->back();
  }
  Duration end;
  for (std::size_t i = 0; i < timeline_->phases.size(); ++i) {
    const TimelinePhase& phase = timeline_->phases[i];
    if (phase.when != Event::kNone) {
      waiting->push_back(std::make_shared<SceneClock>(phase.when, phase.count, clock, end));
      clock = waiting->back();
      end = Duration();
    }
    const Duration begin = phase.at.value_or(end);
    Span span{.phase = i, .clock = clock, .begin = begin, .end = std::nullopt};
    if (phase.length) span.end = begin + times(*phase.length, phase.repeat);
    end = span.end.value_or(begin);
    spans_.push_back(std::move(span));
  }
  if (!waiting->empty()) waiting_ = std::move(waiting);
}

Rules Programme::rules_of(Profile profile) const {
  profile.seed = seed_;
  return compile(profile);
}

Duration Programme::shift() const {
  return pass_ == 0 ? Duration() : times(*spans_.back().end, pass_);
}

// What the profile says without phases holds between one phase and the next, unless that one follows at once.
std::optional<ProgrammeStep> Programme::leave(const Span& span) {
  if (!span.end) return std::nullopt;
  const Duration end = *span.end + shift();
  const bool is_last = span_ == spans_.size();
  const bool comes_again = is_last && timeline_->loop && spans_.front().begin == Duration();
  const bool follows = !is_last && spans_[span_].clock == span.clock && spans_[span_].begin == *span.end;
  if (comes_again || follows) return std::nullopt;
  return ProgrammeStep{.clock = span.clock, .offset = end, .phase = "", .within = "", .rules = base_};
}

std::optional<ProgrammeStep> Programme::next() {
  if (leaves_) {
    leaves_ = false;
    if (auto step = leave(spans_[span_ - 1])) return step;
  }
  if (span_ == spans_.size()) {
    if (spans_.empty() || !timeline_->loop) return std::nullopt;
    span_ = 0;
    ++pass_;
  }
  const Span& span = spans_[span_];
  const TimelinePhase& phase = timeline_->phases[span.phase];
  const Duration into = times(timeline_->step, static_cast<std::uint64_t>(step_));
  const Duration turn_begins = span.begin + times(phase.length.value_or(Duration()), turn_);
  ProgrammeStep step{.clock = span.clock,
                     .offset = shift() + turn_begins + into,
                     .phase = step_ == 0 ? phase.name : "",
                     .within = phase.name,
                     .rules = rules_of(profile_in(*timeline_, phase, {into, pass_ * phase.repeat + turn_, seed_}))};
  ++step_;
  const bool turn_ends = !phase.has_curves || (phase.length && into + timeline_->step >= *phase.length);
  if (!turn_ends) return step;
  step_ = 0;
  if (++turn_ < phase.repeat) return step;
  turn_ = 0;
  ++span_;
  leaves_ = true;
  return step;
}

}  // namespace weir
