// What a link let pass when it was measured: bytes at points of time, over and over. A pure function of time in
// integers, like any capacity. Built by control; immutable then, so every worker reads the same one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/units.h"

namespace weir {

class Deliveries {
 public:
  struct Point {
    Duration at;              // since the trace began
    std::uint64_t bytes = 0;  // that may pass at this point and all before it
    friend bool operator==(const Point&, const Point&) = default;
  };

  /// @param points at least one, in order of time, of growing bytes. @param period more than nothing, and not before
  /// the last point: then the trace begins again. @param name as profiles call it.
  Deliveries(std::vector<Point> points, Duration period, std::string name);

  /// Bytes that may have passed a span after the beginning, what falls on its last instant included.
  [[nodiscard]] std::uint64_t carried(Duration span) const;

  /// The first span after which carried() is at least `bytes`.
  [[nodiscard]] Duration reaches(std::uint64_t bytes) const;

  /// Over a whole period; at least 1.
  [[nodiscard]] ByteRate mean() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  friend bool operator==(const Deliveries&, const Deliveries&) = default;

 private:
  [[nodiscard]] std::uint64_t total() const { return points_.back().bytes; }

  std::vector<Point> points_;
  Duration period_;
  std::string name_;
};

}  // namespace weir
