#include "record/event_bars.h"

#include <algorithm>

namespace weir {
namespace {

void join(RateSeries::Point& into, const RateSeries::Point& next) {
  if (into.count == 0) {
    const std::int64_t since = into.t_ns;
    into = next;
    into.t_ns = since;
    return;
  }
  if (next.count == 0) return;
  into.least = std::min(into.least, next.least);
  into.most = std::max(into.most, next.most);
  into.sum += next.sum;
  into.count += next.count;
}

}  // namespace

void EventBars::add(std::int64_t t_ns, Lane lane) {
  while (t_ns / bar_ns_ >= static_cast<std::int64_t>(kMostBars)) widen();
  const auto bar = static_cast<std::size_t>(t_ns / bar_ns_);
  if (bar >= bars_.size()) bars_.resize(bar + 1);
  ++bars_[bar][static_cast<std::size_t>(lane)];
}

void EventBars::widen() {
  bar_ns_ *= 2;
  for (std::size_t bar = 0; bar < bars_.size(); ++bar) {
    const auto counts = bars_[bar];
    if (bar % 2 == 0) {
      bars_[bar / 2] = counts;
      continue;
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) bars_[bar / 2][lane] += counts[lane];
  }
  bars_.resize((bars_.size() + 1) / 2);
}

std::uint64_t EventBars::most(Lane lane) const {
  std::uint64_t most = 0;
  for (std::size_t bar = 0; bar < bars_.size(); ++bar) most = std::max(most, count(bar, lane));
  return most;
}

void RateSeries::add(std::int64_t t_ns, double rate) {
  const Point fresh{t_ns, rate, rate, rate, 1};
  const bool joins = !points_.empty() && points_.back().count > 0 && points_.back().count < redraws_a_point_;
  if (joins) return join(points_.back(), fresh);
  if (points_.size() == kMostPoints) halve();
  points_.push_back(fresh);
}

void RateSeries::add_none(std::int64_t t_ns) {
  if (points_.empty() || points_.back().count == 0) return;
  if (points_.size() == kMostPoints) halve();
  points_.push_back({.t_ns = t_ns});
}

void RateSeries::halve() {
  for (std::size_t i = 0; i < kMostPoints; i += 2) {
    points_[i / 2] = points_[i];
    join(points_[i / 2], points_[i + 1]);
  }
  points_.resize(kMostPoints / 2);
  redraws_a_point_ *= 2;
}

void CarriedSeries::add(const Point& span) {
  const auto join_to = [](Point& into, const Point& next) {
    into.until_ns = next.until_ns;
    for (std::size_t i = 0; i < into.bytes.size(); ++i) into.bytes[i] += next.bytes[i];
  };
  if (!points_.empty() && in_last_ < spans_a_point_) {
    ++in_last_;
    return join_to(points_.back(), span);
  }
  if (points_.size() == kMostPoints) {
    for (std::size_t i = 0; i < kMostPoints; i += 2) {
      points_[i / 2] = points_[i];
      join_to(points_[i / 2], points_[i + 1]);
    }
    points_.resize(kMostPoints / 2);
    spans_a_point_ *= 2;
  }
  points_.push_back(span);
  in_last_ = 1;
}

std::uint64_t CarriedSeries::sum(std::size_t of) const {
  std::uint64_t sum = 0;
  for (const Point& point : points_) sum += point.bytes[of];
  return sum;
}

RateSeries::Point RateSeries::whole() const {
  Point all;
  for (const Point& point : points_) all.count == 0 ? void(all = point) : join(all, point);
  return all;
}

}  // namespace weir
