// The wheel against a brute-force oracle: a list that is stably sorted by due time, over long random sequences of
// operations from fixed seeds. After every operation both must agree on what came out, on size() and on next_due().
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "base/draw.h"
#include "unit/wheel/wheel_memory.h"
#include "wheel/timing_wheel.h"

namespace weir {
namespace {

/// Entries by due time; a multimap keeps equal keys in the order of their insertion.
using Oracle = std::multimap<Instant, std::uint64_t>;

/// How a run chooses: spans are powers of two of nanoseconds.
struct Mix {
  const char* name;
  std::uint32_t capacity;
  unsigned furthest;       // due times up to 2^furthest behind now
  unsigned longest_past;   // and up to 2^longest_past before it
  unsigned past_share;     // of 16 inserts
  unsigned longest_step;   // time moves on by up to 2^longest_step
  unsigned largest_burst;  // entries inserted at a time
  unsigned largest_out;    // entries asked for at a time
};

class RandomOperations {
 public:
  RandomOperations(const Mix& mix, std::uint64_t seed) : mix_(mix), seed_(seed), owned_(mix.capacity) {}

  void run(int operations) {
    for (int i = 0; i < operations && !testing::Test::HasFatalFailure(); ++i) {
      if (below(2) == 0) {
        insert_burst();
      } else {
        expire();
      }
      agree();
    }
    while (!oracle_.empty() && !testing::Test::HasFatalFailure()) {
      now_ = std::max(now_, oracle_.begin()->first);
      expire();
      agree();
    }
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return draw_bits(seed_, 0, draws_++) % bound; }

  /// A number whose order of magnitude is uniform: near and far are equally likely.
  std::int64_t spread(unsigned bits) { return static_cast<std::int64_t>(below(std::uint64_t{1} << below(bits + 1))); }

  Instant due() {
    if (below(8) == 0) return last_due_;  // equals are common
    const bool past = below(16) < mix_.past_share;
    const std::int64_t from_now = past ? -spread(mix_.longest_past) : spread(mix_.furthest);
    const std::int64_t at = now_.nanoseconds() + std::min(from_now, INT64_MAX - 1 - now_.nanoseconds());
    return last_due_ = Instant(std::max<std::int64_t>(at, 0));
  }

  void insert_burst() {
    const std::uint64_t burst = 1 + below(mix_.largest_burst);
    for (std::uint64_t i = 0; i < burst; ++i) {
      const Instant due_at = due();
      const bool room = oracle_.size() < mix_.capacity;
      ASSERT_EQ(owned_.wheel.insert(due_at, token_), room);
      if (room) oracle_.emplace(due_at, token_);
      ++token_;
    }
  }

  void expire() {
    if (below(4) != 0) now_ = now_ + Duration(std::min(spread(mix_.longest_step), INT64_MAX - 1 - now_.nanoseconds()));
    std::array<TimingWheel::Entry, 256> out;
    const std::size_t room = 1 + below(mix_.largest_out);
    const std::size_t taken = owned_.wheel.expire(now_, {out.data(), room});
    ASSERT_LE(taken, room);
    for (std::size_t i = 0; i < taken; ++i) {
      const auto first = oracle_.begin();
      ASSERT_NE(first, oracle_.end());
      ASSERT_EQ(out[i].token, first->second) << mix_.name << ", token " << token_;
      ASSERT_EQ(out[i].due_at, first->first);
      ASSERT_LE(out[i].due_at, now_);
      oracle_.erase(first);
    }
    const bool more_is_due = !oracle_.empty() && oracle_.begin()->first <= now_;
    // With so few waiting the moves of one call always suffice: less than asked for means that nothing more is due.
    const bool moves_suffice = mix_.capacity * 7 < TimingWheel::kMovesPerCall;
    ASSERT_TRUE(taken == room || !more_is_due || !moves_suffice);
  }

  void agree() {
    ASSERT_EQ(owned_.wheel.size(), oracle_.size());
    const Instant expected = oracle_.empty() ? Instant::never() : oracle_.begin()->first;
    ASSERT_EQ(owned_.wheel.next_due(), expected) << mix_.name << ", token " << token_;
  }

  Mix mix_;
  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
  OwnedWheel owned_;
  Oracle oracle_;
  Instant now_;
  Instant last_due_;
  std::uint64_t token_ = 0;
};

class TimingWheelOracle : public testing::TestWithParam<Mix> {};

TEST_P(TimingWheelOracle, AgreesAfterEveryOperation) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    SCOPED_TRACE(seed);
    RandomOperations(GetParam(), seed).run(GetParam().capacity > 1'000 ? 1'500 : 6'000);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Mixes, TimingWheelOracle,
    testing::Values(Mix{"near", 500, 12, 10, 2, 8, 20, 20}, Mix{"half_by_half", 500, 20, 18, 2, 18, 20, 40},
                    Mix{"seconds", 500, 31, 22, 2, 29, 20, 40}, Mix{"all_of_time", 500, 63, 40, 2, 60, 20, 40},
                    Mix{"mostly_late", 500, 24, 30, 14, 24, 20, 16}, Mix{"one_at_a_time", 64, 16, 16, 4, 14, 2, 1},
                    Mix{"crowded_slots", 20'000, 9, 8, 2, 7, 400, 256},
                    Mix{"crowded_halves", 50'000, 28, 20, 1, 26, 400, 200},
                    Mix{"late_crowd", 20'000, 22, 34, 12, 22, 300, 256}),
    [](const auto& mix) { return mix.param.name; });

}  // namespace
}  // namespace weir
