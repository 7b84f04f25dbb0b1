#include "rate/codel.h"

#include <algorithm>

namespace weir {
namespace {

// RFC 8289, 5.5: with no more than this behind it a queue can't stand.
constexpr std::uint64_t kOneFrame = 1'514;

// The largest integer whose square is not above n: Newton's method from above.
std::uint64_t square_root(std::uint64_t n) {
  if (n < 2) return n;
  std::uint64_t root = std::uint64_t{1} << 32U;
  for (std::uint64_t next = (root + n / root) / 2; next < root; next = (root + n / root) / 2) root = next;
  return root;
}

}  // namespace

Duration codel_gap(Duration interval, std::uint32_t count) {
  const auto nanoseconds = static_cast<std::uint64_t>(interval.nanoseconds());
  return Duration(static_cast<std::int64_t>(square_root(nanoseconds * nanoseconds / std::max(count, 1U))));
}

// RFC 8289, 5.6, dodequeue.
bool Codel::stands_too_long(const CodelLaw& law, Duration sojourn, std::uint64_t standing, Instant now) {
  if (sojourn < law.target || standing <= kOneFrame) {
    first_above_at_ = Instant();
    return false;
  }
  if (first_above_at_ == Instant()) {
    first_above_at_ = now + law.interval;
    return false;
  }
  return now >= first_above_at_;
}

// RFC 8289, 5.6: where dropping ended a short while ago it goes on at about the pace it had.
void Codel::begin_dropping(const CodelLaw& law, Instant now) {
  constexpr std::int64_t kShortWhile = 16;  // intervals
  const std::uint32_t delta = count_ - last_count_;
  const bool was_short = now - drop_next_at_ < Duration(kShortWhile * law.interval.nanoseconds());
  dropping_ = true;
  count_ = delta > 1 && was_short ? delta : 1;
  last_count_ = count_;
  drop_next_at_ = now + codel_gap(law.interval, count_);
}

bool Codel::strikes(const CodelLaw& law, Duration sojourn, std::uint64_t standing, Instant now) {
  const bool too_long = stands_too_long(law, sojourn, standing, now);
  if (!too_long) {
    dropping_ = false;
    return false;
  }
  if (!dropping_) {
    begin_dropping(law, now);
    return true;
  }
  if (now < drop_next_at_) return false;
  ++count_;
  drop_next_at_ = drop_next_at_ + codel_gap(law.interval, count_);
  return true;
}

}  // namespace weir
