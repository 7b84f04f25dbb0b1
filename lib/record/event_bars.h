// What happened when, in bounded memory, however long a run was: counts in bars of equal width that grow wider as time
// goes on, a rate whose neighbouring redraws are summed up once there are too many, and the same of what was carried.
// Pure; one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir {

/// Counts of several kinds of events over time, in any order of time.
class EventBars {
 public:
  enum class Lane : std::uint8_t { kOutage, kReset, kDrop };
  static constexpr std::size_t kLanes = 3;
  static constexpr std::size_t kMostBars = 480;

  /// Counts an event at an instant that is not negative.
  void add(std::int64_t t_ns, Lane lane);

  /// How long a bar lasts: 1 ms, doubled as often as was needed.
  [[nodiscard]] std::int64_t bar_ns() const { return bar_ns_; }
  /// Up to the last one that counts something.
  [[nodiscard]] std::size_t bars() const { return bars_.size(); }
  [[nodiscard]] std::uint64_t count(std::size_t bar, Lane lane) const {
    return bars_[bar][static_cast<std::size_t>(lane)];
  }
  [[nodiscard]] std::uint64_t most(Lane lane) const;

 private:
  void widen();

  std::int64_t bar_ns_ = 1'000'000;
  std::vector<std::array<std::uint64_t, kLanes>> bars_;
};

/// A rate that is redrawn now and then.
class RateSeries {
 public:
  static constexpr std::size_t kMostPoints = 2'048;

  /// Some consecutive redraws, one as long as there are not too many.
  struct Point {
    std::int64_t t_ns = 0;  // of the first
    double least = 0;
    double most = 0;
    double sum = 0;
    std::uint64_t count = 0;  // 0: there is none
    [[nodiscard]] double mean() const { return sum / static_cast<double>(count); }
  };

  void add(std::int64_t t_ns, double rate);
  /// From an instant on there is no rate: a point that counts nothing.
  void add_none(std::int64_t t_ns);

  [[nodiscard]] const std::vector<Point>& points() const { return points_; }
  /// All redraws in one.
  [[nodiscard]] Point whole() const;

 private:
  void halve();

  std::vector<Point> points_;
  std::uint64_t redraws_a_point_ = 1;
};

/// What was carried, span by span; neighbours are summed up once there are too many.
class CarriedSeries {
 public:
  static constexpr std::size_t kMostPoints = 2'048;

  struct Point {
    std::int64_t since_ns = 0;
    std::int64_t until_ns = 0;
    std::array<std::uint64_t, 4> bytes{};  // of frames up and down; that passed the limiters of up (or all) and down
  };

  /// Spans come in the order of time.
  void add(const Point& span);

  [[nodiscard]] const std::vector<Point>& points() const { return points_; }
  [[nodiscard]] std::uint64_t sum(std::size_t of) const;

 private:
  std::vector<Point> points_;
  std::uint64_t spans_a_point_ = 1;
  std::uint64_t in_last_ = 0;  // spans of the last point
};

}  // namespace weir
