#include "record/sample.h"

#include <algorithm>

namespace weir {

void Sample::add(std::uint64_t value) {
  ++count_;
  sum_ += value;
  least_ = std::min(least_, value);
  largest_ = std::max(largest_, value);
  if (counted_ != nullptr) return counted_->record(value);
  if (kept_.size() < kKept) return kept_.push_back(value);
  counted_ = std::make_unique<Histogram>();
  for (const std::uint64_t earlier : kept_) counted_->record(earlier);
  counted_->record(value);
  kept_ = {};
}

std::vector<Sample::Step> Sample::all_steps() const {
  std::vector<Step> steps;
  std::uint64_t seen = 0;
  if (counted_ != nullptr) {
    for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
      if (counted_->count_in(bucket) == 0) continue;
      seen += counted_->count_in(bucket);
      const bool is_last = seen == count_;  // values beyond the histogram count in its last bucket
      steps.push_back({is_last ? largest_ : std::min(Histogram::upper_edge(bucket), largest_), seen});
    }
    return steps;
  }
  std::vector<std::uint64_t> sorted = kept_;
  std::ranges::sort(sorted);
  for (const std::uint64_t value : sorted) {
    if (steps.empty() || steps.back().value != value) steps.push_back({value, seen});
    steps.back().count = ++seen;
  }
  return steps;
}

std::uint64_t Sample::percentile(std::uint32_t per_mille) const {
  const Wide thousandths = Wide{count_} * per_mille;
  const auto rank = static_cast<std::uint64_t>((thousandths + 999) / 1'000);
  for (const Step& step : all_steps()) {
    if (step.count >= rank) return step.value;
  }
  return 0;
}

std::vector<Sample::Step> Sample::steps(std::size_t most) const {
  const std::vector<Step> all = all_steps();
  if (all.size() <= most) return all;
  std::vector<Step> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(all[(i * (all.size() - 1)) / (most - 1)]);
  return some;
}

}  // namespace weir
