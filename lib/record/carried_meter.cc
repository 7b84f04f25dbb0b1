#include "record/carried_meter.h"

#include <algorithm>
#include <utility>

#include "base/units.h"

namespace weir {
namespace {

Instant full_second(Instant at) {
  return Instant(at.nanoseconds() / kNanosecondsPerSecond * kNanosecondsPerSecond);
}

}  // namespace

CarriedMeter::CarriedMeter(Time time, Source source, Sink sink)
    : time_(time), source_(std::move(source)), sink_(std::move(sink)) {}

void CarriedMeter::look() {
  if (const auto sums = source_(next_at_)) look_until(sums->at, *sums);
}

void CarriedMeter::cut(Instant at) {
  const auto sums = source_(Instant());
  if (!sums) return;
  if (time_ == Time::kReal) at = sums->at;
  look_until(at, *sums);
  end_span(at, *sums);
}

void CarriedMeter::close() {
  if (const auto sums = source_(Instant())) end_span(sums->at, *sums);
}

// In simulated time somebody looks before anything happens behind a full second: what moved did so before it.
void CarriedMeter::look_until(Instant limit, const CarriedSums& sums) {
  if (limit < next_at_) return;
  end_span(time_ == Time::kReal ? limit : next_at_, sums);
  if (time_ == Time::kSimulated) end_span(full_second(limit), sums);
  next_at_ = full_second(limit) + seconds(1);
}

void CarriedMeter::end_span(Instant at, const CarriedSums& sums) {
  at = std::max(at, told_.at);
  CarriedSpan span{.since = told_.at,
                   .until = at,
                   .n = spans_,
                   .up_bytes = sums.up_bytes - told_.up_bytes,
                   .down_bytes = sums.down_bytes - told_.down_bytes,
                   .limited = {}};
  bool moved = span.up_bytes + span.down_bytes > 0;
  for (std::size_t i = 0; i < sums.limited.size(); ++i) {
    if (sums.limited[i] > 0) span.limited[i] = sums.limited[i] - told_.limited[i];
    moved = moved || sums.limited[i] > told_.limited[i];
  }
  told_ = sums;
  told_.at = at;
  if (!moved) return;
  ++spans_;
  sink_(span);
}

}  // namespace weir
