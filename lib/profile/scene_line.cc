#include "profile/scene_line.h"

#include <algorithm>
#include <utility>

#include "engine/duties.h"

namespace weir {
namespace {

std::vector<Rule> names_and_matches(const std::vector<Rule>& rules) {
  std::vector<Rule> bare;
  for (const Rule& rule : rules) bare.push_back({rule.name, rule.match, {}});
  return bare;
}

/// From the numbers of some rules to those of others. A rule of the same name that takes other traffic is another one.
std::shared_ptr<const RuleNumbers> renaming(const std::vector<Rule>& from, const std::vector<Rule>& to) {
  auto numbers = std::make_shared<RuleNumbers>();
  numbers->fill(kNoRule);
  (*numbers)[kDefaultRule] = kDefaultRule;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto found = std::ranges::find(to, from[i]);
    if (found != to.end()) (*numbers)[i + 1] = static_cast<std::uint8_t>(found - to.begin() + 1);
  }
  return numbers;
}

std::shared_ptr<const RuleNumbers> one_after_the_other(const RuleNumbers& first, const RuleNumbers& second) {
  auto numbers = std::make_shared<RuleNumbers>();
  std::ranges::transform(first, numbers->begin(), [&second](std::uint8_t number) { return second[number]; });
  return numbers;
}

}  // namespace

SceneLine::SceneLine(Rules first, WaitingClocks waiting) {
  add({.rules = std::move(first),
       .clock = std::make_shared<const SceneClock>(Instant()),
       .waiting = std::move(waiting)});
}

std::shared_ptr<const Selection> SceneLine::selection_of(const Rules& rules) {
  std::vector<Rule> bare = names_and_matches(rules.rules);
  const std::uint64_t idle = Duties::idle(rules);
  if (selection_ && bare == selected_by_ && idle == idle_) return selection_;
  auto next = std::make_shared<Selection>(Selection{.selector = Selector(rules)});
  if (selection_) {
    next->number = selection_->number + 1;
    next->renamed.push_back(renaming(selected_by_, bare));
    for (const auto& earlier : selection_->renamed) {
      if (next->renamed.size() == Selection::kMostRenamings) break;
      next->renamed.push_back(one_after_the_other(*earlier, *next->renamed.front()));
    }
  }
  selected_by_ = std::move(bare);
  idle_ = idle;
  selection_ = std::move(next);
  return selection_;
}

// A trace that goes on is the same object: where it is in time hangs on when it began.
void SceneLine::keep_traces(Rules& rules) const {
  if (scenes_.empty() || !rules.speed || !last().rules.speed) return;
  const SpeedRule& before = *last().rules.speed;
  if (rules.speed->trace == before.trace) rules.speed->trace = before.trace;
  if (rules.speed->down_trace == before.down_trace) rules.speed->down_trace = before.down_trace;
}

const Scene& SceneLine::add(ScenePlan plan) {
  keep_traces(plan.rules);
  std::shared_ptr<const Selection> selection = selection_of(plan.rules);
  scenes_.push_back(std::unique_ptr<const Scene>(new Scene{.rules = std::move(plan.rules),
                                                           .selection = std::move(selection),
                                                           .clock = std::move(plan.clock),
                                                           .offset = plan.offset,
                                                           .number = next_number_++,
                                                           .phase = plan.phase,
                                                           .asked = plan.asked,
                                                           .waiting = std::move(plan.waiting)}));
  return *scenes_.back();
}

const Scene& SceneLine::at(Instant now) const {
  const Scene* scene = &first();
  while (const Scene* const next = scene->following(now)) scene = next;
  return *scene;
}

void SceneLine::append(ScenePlan plan) {
  const Scene& before = last();
  before.next.store(&add(std::move(plan)), std::memory_order_release);
}

// A worker that is on its way into a scene that is passed over goes on from there at once.
void SceneLine::replace_from(Instant at, ScenePlan plan) {
  plan.clock = std::make_shared<const SceneClock>(at);
  plan.offset = Duration();
  const std::size_t before = scenes_.size();
  const Scene& next = add(std::move(plan));
  for (std::size_t i = before; i-- > 0;) {
    const bool has_begun = scenes_[i]->begins_at() < at;
    scenes_[i]->next.store(&next, std::memory_order_release);
    if (has_begun) break;
  }
}

void SceneLine::retire(std::uint64_t reached) {
  while (scenes_.size() > 1 && scenes_.front()->number < reached) scenes_.pop_front();
}

}  // namespace weir
