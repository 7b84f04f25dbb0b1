// PIE (RFC 8033): whether a packet that joins a queue is struck, by a probability that follows the queue's delay. One
// state a queue and worker. Fixed point only; the random bits are an argument. Worker's thread.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace weir {

class Pie {
 public:
  /// What becomes of a packet that joins.
  struct Verdict {
    bool strikes = false;
    bool may_mark = false;  // the probability is so low that a mark will do in place of a drop (RFC 8033, 5.1)
  };

  static constexpr Duration kUpdateEvery = milliseconds(15);    // T_UPDATE (RFC 8033, 4.2)
  static constexpr std::int64_t kOne = std::int64_t{1} << 60U;  // probability 1

  /// The next update of the probability is due then.
  [[nodiscard]] Instant update_at() const { return update_at_; }

  /// Moves the probability (RFC 8033, 4.2), once; the next update is due kUpdateEvery later.
  /// @param delay of the queue: what waits, divided by the rate.
  void update(Duration target, Duration delay);

  /// Skips updates that were due while nobody looked.
  void skip_to(Instant now) { update_at_ = now; }

  /// Judges one packet (RFC 8033, 4.1 and 5.1 to 5.4). @param waiting bytes in the queue. @param bits 64 uniform ones.
  [[nodiscard]] Verdict judge(Duration target, std::uint64_t waiting, std::uint64_t bits);

  /// Of kOne.
  [[nodiscard]] std::int64_t probability() const { return probability_; }

 private:
  std::int64_t probability_ = 0;
  std::int64_t accumulated_ = 0;             // since the last strike (derandomization, RFC 8033, 5.4)
  Duration delay_before_;                    // at the last update
  Duration burst_left_ = milliseconds(150);  // MAX_BURST (RFC 8033, 4.1)
  Instant update_at_ = Instant() + kUpdateEvery;
};

}  // namespace weir
