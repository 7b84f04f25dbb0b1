// Capacity over time: how many bytes the link could have carried from the start of the run until t. A pure function of
// time, in integers that carry every remainder; each worker holds a copy of its own and gets the same numbers.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "base/units.h"
#include "rate/deliveries.h"

namespace weir {

/// What a link's rate hangs on: drawn uniformly from min..max, ends included, anew every `every` (> 0); with min = max
/// it is constant. The n-th rate is a function of `draw_key` and n alone.
struct RateLaw {
  ByteRate min;
  ByteRate max;
  Duration every = seconds(1);
  std::uint64_t draw_key = 0;
  const Deliveries* trace = nullptr;  // says it all, from the instant at which the law begins to hold; min = max then
  friend bool operator==(const RateLaw&, const RateLaw&) = default;
};

class Capacity {
 public:
  explicit Capacity(const RateLaw& law);
  Capacity(ByteRate min, ByteRate max, Duration every, std::uint64_t draw_key)
      : Capacity(RateLaw{min, max, every, draw_key}) {}

  /// From `at` on another law holds; what was carried until then stays, to the last fraction. Redraws count on from
  /// there. @param at not before the last change, and not so long ago that more than one redraw lies behind it.
  void change(const RateLaw& law, Instant at);
  [[nodiscard]] const RateLaw& law() const { return law_; }

  /// Bytes carried until t, rounded down. t must not go back from call to call; work is one step a redraw gone by.
  [[nodiscard]] std::uint64_t carried(Instant t);

  /// The first instant at which carried() is at least `bytes`: exact in the present interval and in the one before it,
  /// no earlier than that one's start, and no later than the next redraw; never() at rate 0. A change to come is not
  /// foreseen.
  [[nodiscard]] Instant reaches(std::uint64_t bytes) const;

  /// The rate in force at the last t that was asked for.
  [[nodiscard]] ByteRate rate() const { return present_.rate; }
  /// How many redraws and changes had been made by then; 0 during the first interval.
  [[nodiscard]] std::uint64_t redraws() const { return present_.number; }
  [[nodiscard]] bool varies() const { return law_.min < law_.max; }

 private:
  // A time in which the rate does not change.
  struct Interval {
    std::uint64_t number = 0;
    Instant begins_at;
    ByteRate rate;
    std::uint64_t carried = 0;    // whole bytes before it began
    std::uint64_t remainder = 0;  // and the rest, in byte-nanoseconds a second (below 10^9)
    bool by_trace = false;
  };

  [[nodiscard]] ByteRate draw(std::uint64_t interval) const;
  void begin_next_interval(Instant at, const RateLaw& law);
  [[nodiscard]] std::uint64_t carried_by(Instant t, std::uint64_t& remainder) const;
  [[nodiscard]] static Instant reached_in(const Interval& interval, std::uint64_t bytes, Instant ends_at);

  RateLaw law_;
  Interval previous_;
  Interval present_;
};

}  // namespace weir
