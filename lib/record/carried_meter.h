// What a run carries, second by second: looks at sums that only grow, and tells what came to them in each second, and
// up to each boundary between phases. Seconds in which nothing moved are passed over. In simulated time a span ends at
// the very instant; on a link when somebody looks, which is said as it is. The thread of the log.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/time.h"

namespace weir {

/// Bytes since the start of the run, over all workers and links.
struct CarriedSums {
  Instant at;                              // when they were looked at
  std::uint64_t up_bytes = 0;              // of frames that left at B
  std::uint64_t down_bytes = 0;            // at A
  std::array<std::uint64_t, 2> limited{};  // that passed each limiter, by its account
};

/// What moved between two instants.
struct CarriedSpan {
  Instant since;
  Instant until;
  std::uint64_t n = 0;  // how many-th of them
  std::uint64_t up_bytes = 0;
  std::uint64_t down_bytes = 0;
  std::array<std::optional<std::uint64_t>, 2> limited{};  // none: that limiter has never passed anything
};

class CarriedMeter {
 public:
  enum class Time : std::uint8_t {
    kReal,       // sums are those of the moment
    kSimulated,  // sums are those before what happens at their instant
  };
  /// The sums, if that instant has come; nothing before it, and before the run has begun.
  using Source = std::function<std::optional<CarriedSums>(Instant not_before)>;
  using Sink = std::function<void(const CarriedSpan&)>;

  CarriedMeter(Time time, Source source, Sink sink);

  /// Tells of a second that is over, if one is.
  void look();
  /// A phase begins or ends at `at`; a span ends here.
  void cut(Instant at);
  /// Tells the rest.
  void close();

 private:
  void look_until(Instant limit, const CarriedSums& sums);
  void end_span(Instant at, const CarriedSums& sums);

  const Time time_;
  const Source source_;
  const Sink sink_;
  CarriedSums told_;  // what it has told, until when
  Instant next_at_ = Instant() + seconds(1);
  std::uint64_t spans_ = 0;
};

}  // namespace weir
