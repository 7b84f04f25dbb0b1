#include "record/phase_book.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr const char* kFurtherPhases = "(further phases)";
constexpr const char* kFurtherRules = "(further rules)";

double seconds_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) / 1e9;
}

void add_value(AskedOverTime& over_time, const std::optional<double>& value, double seconds) {
  if (value) over_time.add({*value, *value}, *value, seconds);
}

void add_range(AskedOverTime& over_time, const std::optional<AskedRange>& range, const std::optional<double>& mean,
               double seconds) {
  if (range) over_time.add(*range, mean.value_or((range->min + range->max) / 2), seconds);
}

}  // namespace

void AskedOverTime::add(const AskedRange& range, double mean, double for_seconds) {
  if (for_seconds <= 0) return;
  min = none() ? range.min : std::min(min, range.min);
  max = none() ? range.max : std::max(max, range.max);
  weighted += mean * for_seconds;
  seconds += for_seconds;
}

void PhaseBook::take(const LoggedAsked& asked) {
  settle(asked.t_ns);
  open_ = asked;
  if (spans_.size() >= kMostSpans) open_->phase = kFurtherPhases;
  const std::size_t phase = number_of(open_->phase);
  if (!spans_.empty() && spans_.back().phase == phase) return;
  if (!spans_.empty() && spans_.back().begins_ns == asked.t_ns) spans_.pop_back();  // it was none
  spans_.push_back({asked.t_ns, phase});
}

void PhaseBook::end(std::int64_t t_ns) {
  settle(t_ns);
  open_.reset();
}

// What was asked for until now.
void PhaseBook::settle(std::int64_t until_ns) {
  if (!open_ || until_ns <= open_->t_ns) return;
  const double seconds = seconds_between(open_->t_ns, until_ns);
  PhaseFacts& phase = phases_[number_of(open_->phase)];
  phase.seconds += seconds;
  add_range(phase.speed[0], open_->asked.speed, std::nullopt, seconds);
  add_range(phase.speed[1], open_->asked.speed_down, std::nullopt, seconds);
  for (const auto& [name, asked] : open_->asked.rules) {
    RuleInPhase& rule = rule_of(phase, name);
    add_range(rule.latency_ms, asked.latency_ms, asked.latency_mean_ms, seconds);
    add_value(rule.latency_p50_ms, asked.latency_p50_ms, seconds);
    add_value(rule.latency_p99_ms, asked.latency_p99_ms, seconds);
    add_range(rule.jitter_ms, asked.jitter_ms, asked.jitter_mean_ms, seconds);
    add_value(rule.jitter_share, asked.jitter_prob, seconds);
    add_value(rule.reset_share, asked.reset_prob, seconds);
  }
}

std::size_t PhaseBook::number_of(const std::string& phase) {
  const auto found = std::ranges::find(phases_, phase, &PhaseFacts::name);
  if (found != phases_.end()) return static_cast<std::size_t>(found - phases_.begin());
  if (phases_.size() <= kMostPhases) {
    phases_.emplace_back().name = phases_.size() < kMostPhases ? phase : kFurtherPhases;
  }
  return phases_.size() - 1;
}

RuleInPhase& PhaseBook::rule_of(PhaseFacts& phase, const std::string& name) {
  const auto called = [&phase](const std::string& wanted) {
    return std::ranges::find(phase.rules, wanted, &RuleInPhase::name);
  };
  if (const auto found = called(name); found != phase.rules.end()) return *found;
  const std::string& own = rules_ < kMostRules ? name : kFurtherRules;
  if (const auto found = called(own); found != phase.rules.end()) return *found;
  ++rules_;
  RuleInPhase& fresh = phase.rules.emplace_back();
  fresh.name = own;
  return fresh;
}

std::vector<PhaseBook::Span>::const_iterator PhaseBook::span_at(std::int64_t t_ns) const {
  const auto behind = std::ranges::upper_bound(spans_, t_ns, {}, &Span::begins_ns);
  return behind == spans_.begin() ? spans_.begin() : behind - 1;
}

RuleInPhase* PhaseBook::at(std::int64_t t_ns, const std::string& rule) {
  if (spans_.empty()) return nullptr;
  return &rule_of(phases_[span_at(t_ns)->phase], rule);
}

std::optional<std::int64_t> PhaseBook::end_of_phase_at(std::int64_t t_ns) const {
  if (spans_.empty()) return std::nullopt;
  const auto next = span_at(t_ns) + 1;
  return next == spans_.end() ? std::nullopt : std::optional(next->begins_ns);
}

void PhaseBook::take(const LoggedCarried& carried) {
  const std::array<std::uint64_t, 4> bytes = {carried.up_bytes, carried.down_bytes, carried.limited[0].value_or(0),
                                              carried.limited[1].value_or(0)};
  const std::int64_t length = carried.until_ns - carried.since_ns;
  if (spans_.empty()) return;
  for (auto span = span_at(carried.since_ns); span != spans_.end() && span->begins_ns <= carried.until_ns; ++span) {
    const std::int64_t from = std::max(carried.since_ns, span == spans_.begin() ? 0 : span->begins_ns);
    const std::int64_t to =
        span + 1 == spans_.end() ? carried.until_ns : std::min(carried.until_ns, (span + 1)->begins_ns);
    const double share = length == 0 ? 1 : static_cast<double>(to - from) / static_cast<double>(length);
    PhaseFacts& phase = phases_[span->phase];
    phase.busy_seconds += seconds_between(from, to);
    for (std::size_t i = 0; i < bytes.size(); ++i) phase.bytes[i] += share * static_cast<double>(bytes[i]);
    if (length == 0) return;
  }
}

}  // namespace weir
