// CoDel's control law (RFC 8289): whether the packet at a queue's head is struck, by how long it has stood in the
// queue. One state a queue; asked once for each packet that is about to leave. Integers only. Worker's thread.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace weir {

/// What CoDel is told (RFC 8289, 4.2 and 4.3): how long packets may stand, and how long a worst-case round trip is.
struct CodelLaw {
  Duration target = milliseconds(5);
  Duration interval = milliseconds(100);
  friend bool operator==(const CodelLaw&, const CodelLaw&) = default;
};

/// interval / sqrt(count), rounded down to a nanosecond. @param interval 4 s at most. @param count 1 or more.
[[nodiscard]] Duration codel_gap(Duration interval, std::uint32_t count);

class Codel {
 public:
  /// Whether the packet at the head is dropped (or marked) instead of let go. If it is dropped, ask again for the next.
  /// @param sojourn how long it has stood in the queue. @param standing bytes in the queue behind it.
  [[nodiscard]] bool strikes(const CodelLaw& law, Duration sojourn, std::uint64_t standing, Instant now);

 private:
  [[nodiscard]] bool stands_too_long(const CodelLaw& law, Duration sojourn, std::uint64_t standing, Instant now);
  void begin_dropping(const CodelLaw& law, Instant now);

  Instant first_above_at_;        // an interval behind the first sojourn above target; 0: below
  Instant drop_next_at_;          // while dropping
  std::uint32_t count_ = 0;       // of drops since dropping began
  std::uint32_t last_count_ = 0;  // and when it began the last time
  bool dropping_ = false;
};

}  // namespace weir
