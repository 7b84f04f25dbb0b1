#include "wheel/timing_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/draw.h"
#include "unit/wheel/wheel_memory.h"

namespace weir {
namespace {

constexpr Instant at(std::int64_t nanoseconds) {
  return Instant(nanoseconds);
}

/// Takes all that is due, `room` at a time, in as many calls as it needs.
std::vector<TimingWheel::Entry> take_due(TimingWheel& wheel, Instant now, std::size_t room = 64) {
  std::vector<TimingWheel::Entry> all;
  std::vector<TimingWheel::Entry> out(room);
  while (wheel.next_due() <= now) {
    const std::size_t taken = wheel.expire(now, out);
    all.insert(all.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(taken));
  }
  return all;
}

std::vector<std::uint64_t> tokens(const std::vector<TimingWheel::Entry>& entries) {
  std::vector<std::uint64_t> found;
  for (const auto& entry : entries) found.push_back(entry.token);
  return found;
}

bool in_order(const std::vector<TimingWheel::Entry>& entries) {
  return std::ranges::is_sorted(entries, [](const auto& a, const auto& b) {
    return a.due_at != b.due_at ? a.due_at < b.due_at : a.token < b.token;
  });
}

TEST(TimingWheel, IsEmptyAtFirst) {
  OwnedWheel owned(8);
  std::array<TimingWheel::Entry, 4> out;
  EXPECT_EQ(owned.wheel.size(), 0U);
  EXPECT_EQ(owned.wheel.next_due(), Instant::never());
  EXPECT_EQ(owned.wheel.expire(at(1'000'000'000), out), 0U);
}

TEST(TimingWheel, GivesNothingANanosecondEarly) {
  OwnedWheel owned(8);
  std::array<TimingWheel::Entry, 4> out;
  for (const std::int64_t due : {1'000, 300'000, 5'000'000, 2'000'000'000}) {
    ASSERT_TRUE(owned.wheel.insert(at(due), 1));
    EXPECT_EQ(owned.wheel.expire(at(due - 1), out), 0U);
    EXPECT_EQ(owned.wheel.next_due(), at(due));
    EXPECT_EQ(owned.wheel.expire(at(due), out), 1U);
    EXPECT_EQ(out[0].due_at, at(due));
  }
}

// A wheel that fires whole slots as they turn up delivers 66 before 62 when one step covers both.
TEST(TimingWheel, KeepsOrderOverALongStep) {
  for (const std::int64_t unit : {1, 1'000, 1'000'000, 1'000'000'000}) {
    OwnedWheel owned(8);
    ASSERT_TRUE(owned.wheel.insert(at(66 * unit), 66));
    ASSERT_TRUE(owned.wheel.insert(at(62 * unit), 62));
    ASSERT_TRUE(owned.wheel.insert(at(3 * unit), 3));
    EXPECT_EQ(tokens(take_due(owned.wheel, at(100 * unit))), (std::vector<std::uint64_t>{3, 62, 66}));
  }
}

// A wheel with intrusive stacks for slots fires equal ticks last-in first-out.
TEST(TimingWheel, KeepsEqualDueTimesFirstInFirstOut) {
  constexpr std::uint32_t kEqual = 10'000;
  for (const Instant due : {at(100), at(300'000), at(1'000'000'000), at(4'000'000'000'000)}) {
    OwnedWheel owned(2 * kEqual);
    for (std::uint64_t i = 0; i < kEqual; ++i) ASSERT_TRUE(owned.wheel.insert(due, i));
    EXPECT_EQ(owned.wheel.expire(due - nanoseconds(1), {}), 0U);
    for (std::uint64_t i = kEqual; i < 2 * kEqual; ++i) ASSERT_TRUE(owned.wheel.insert(due, i));
    const auto taken = take_due(owned.wheel, due, 7);
    EXPECT_EQ(taken.size(), 2 * kEqual);
    EXPECT_TRUE(in_order(taken));
  }
}

TEST(TimingWheel, AcceptsAnyDueTime) {
  OwnedWheel owned(70);
  ASSERT_TRUE(owned.wheel.insert(Instant::never() - nanoseconds(1), 63));
  for (std::uint64_t bit = 63; bit-- > 0;) ASSERT_TRUE(owned.wheel.insert(at(std::int64_t{1} << bit), bit));
  EXPECT_EQ(owned.wheel.next_due(), at(1));
  for (std::uint64_t bit = 0; bit < 63; ++bit) {
    EXPECT_EQ(tokens(take_due(owned.wheel, at(std::int64_t{1} << bit))), std::vector<std::uint64_t>{bit});
  }
  EXPECT_EQ(owned.wheel.next_due(), Instant::never() - nanoseconds(1));
  EXPECT_EQ(tokens(take_due(owned.wheel, Instant::never() - nanoseconds(1))), std::vector<std::uint64_t>{63});
}

TEST(TimingWheel, PutsWhatIsLateBeforeTheRestInOrder) {
  OwnedWheel owned(16);
  std::array<TimingWheel::Entry, 1> one;
  const std::int64_t now = 10'000'000'000;
  ASSERT_TRUE(owned.wheel.insert(at(now - 10), 4));
  ASSERT_TRUE(owned.wheel.insert(at(now - 5), 5));
  ASSERT_EQ(owned.wheel.expire(at(now), one), 1U);
  ASSERT_TRUE(owned.wheel.insert(at(7), 1));
  ASSERT_TRUE(owned.wheel.insert(at(now - 5'000'000), 3));
  ASSERT_TRUE(owned.wheel.insert(at(0), 0));
  ASSERT_TRUE(owned.wheel.insert(at(7), 2));
  ASSERT_TRUE(owned.wheel.insert(at(now - 5), 6));
  EXPECT_EQ(owned.wheel.next_due(), at(0));
  EXPECT_EQ(tokens(take_due(owned.wheel, at(now))), (std::vector<std::uint64_t>{0, 1, 2, 3, 5, 6}));
}

TEST(TimingWheel, TakesBackEntriesWhileItExpires) {
  OwnedWheel owned(4);
  std::array<TimingWheel::Entry, 3> out;
  for (std::uint64_t lane = 0; lane < 4; ++lane) ASSERT_TRUE(owned.wheel.insert(at(100), lane));
  ASSERT_EQ(owned.wheel.expire(at(110), out), 3U);
  ASSERT_TRUE(owned.wheel.insert(at(100), 10));  // due as early as the one that still waits: behind it
  ASSERT_TRUE(owned.wheel.insert(at(99), 11));   // due before it: in front of it
  ASSERT_TRUE(owned.wheel.insert(at(111), 12));  // not due yet
  EXPECT_EQ(tokens(take_due(owned.wheel, at(110), 1)), (std::vector<std::uint64_t>{11, 3, 10}));
  EXPECT_EQ(owned.wheel.next_due(), at(111));
}

TEST(TimingWheel, RefusesWhenFullAndStaysIntact) {
  OwnedWheel owned(3);
  for (std::uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(owned.wheel.insert(at(static_cast<std::int64_t>(500 - i)), i));
  EXPECT_FALSE(owned.wheel.insert(at(1), 99));
  EXPECT_EQ(owned.wheel.size(), 3U);
  EXPECT_EQ(owned.wheel.next_due(), at(498));
  EXPECT_EQ(tokens(take_due(owned.wheel, at(499))), (std::vector<std::uint64_t>{2, 1}));
  EXPECT_TRUE(owned.wheel.insert(at(1), 4));
  EXPECT_EQ(tokens(take_due(owned.wheel, at(500))), (std::vector<std::uint64_t>{4, 0}));
}

TEST(TimingWheel, MadeForNothingRefusesEverything) {
  OwnedWheel owned(0);
  EXPECT_FALSE(owned.wheel.insert(at(1), 1));
  EXPECT_EQ(owned.wheel.next_due(), Instant::never());
}

/// How due times are laid so that the lists of the wheel hold as few entries a chunk as possible.
using Spread = Instant (*)(std::uint64_t i, Instant now);
constexpr std::array<Spread, 6> kSpreads{
    // one entry a slot, over all levels in turn
    [](std::uint64_t i, Instant now) { return now + nanoseconds(std::int64_t{1} << (i % 62)); },
    // every slot of the lowest level, every slot of the next
    [](std::uint64_t i, Instant now) { return now + nanoseconds(static_cast<std::int64_t>(i) * 128); },
    [](std::uint64_t i, Instant now) { return now + nanoseconds(static_cast<std::int64_t>(i) << 18U); },
    // uniform orders of magnitude
    [](std::uint64_t i, Instant now) {
      return now + nanoseconds(static_cast<std::int64_t>(draw_bits(3, 0, i) >> (2 + draw_bits(4, 0, i) % 60)));
    },
    // all late, in falling order: a run for each
    [](std::uint64_t i, Instant now) {
      return at(std::max<std::int64_t>(0, now.nanoseconds() / 2 - static_cast<std::int64_t>(i)));
    },
    // all at once
    [](std::uint64_t, Instant now) { return now + nanoseconds(77); },
};

// The promise of bytes_for: as many entries as it was made for, whatever their due times, time after time, and each
// comes out once. A chunk handed out twice would lose some.
TEST(TimingWheel, AcceptsAllItWasMadeForInAnySpread) {
  for (const std::uint32_t capacity : {1U, 7U, 8U, 9U, 1'000U, 30'000U, 120'000U}) {
    OwnedWheel owned(capacity);
    Instant now = at(1'000'000'000);
    std::vector<TimingWheel::Entry> out(capacity / 2 + 1);
    std::vector<bool> seen;
    const auto see = [&seen](std::span<const TimingWheel::Entry> entries) {
      for (const auto& entry : entries) {
        ASSERT_FALSE(seen.at(entry.token));
        seen[entry.token] = true;
      }
    };
    for (const Spread spread : kSpreads) {
      for (std::uint64_t i = 0; owned.wheel.size() < capacity; ++i) {
        ASSERT_TRUE(owned.wheel.insert(spread(i, now), seen.size()));
        seen.push_back(false);
      }
      ASSERT_FALSE(owned.wheel.insert(now, 0));
      now = std::max(now, owned.wheel.next_due()) + microseconds(300);
      see(std::span(out).first(owned.wheel.expire(now, out)));
    }
    const auto rest = take_due(owned.wheel, Instant::never() - nanoseconds(1));
    EXPECT_TRUE(in_order(rest));
    see(rest);
    EXPECT_EQ(std::ranges::count(seen, false), 0);
  }
}

// Lists whose first and last chunk are both nearly empty, in every slot of the current half at once.
TEST(TimingWheel, AcceptsAllItWasMadeForWhenEverySlotIsTornAtBothEnds) {
  constexpr std::int64_t kSlots = 2'000;
  constexpr std::uint32_t kCapacity = 18'000;
  OwnedWheel owned(kCapacity);
  std::array<TimingWheel::Entry, 7> out;
  const std::int64_t now = kSlots * 128;
  for (std::int64_t slot = kSlots; slot-- > 0;) {
    for (std::uint64_t i = 0; i < 8; ++i) ASSERT_TRUE(owned.wheel.insert(at(slot * 128), i));
    ASSERT_EQ(owned.wheel.expire(at(now), out), 7U);
  }
  for (std::int64_t slot = 0; slot < kSlots; ++slot) ASSERT_TRUE(owned.wheel.insert(at(slot * 128), 8));
  for (std::int64_t slot = kSlots; owned.wheel.size() < kCapacity; ++slot) {
    ASSERT_TRUE(owned.wheel.insert(at(slot << 18U), 9));
  }
  const auto taken = take_due(owned.wheel, Instant::never() - nanoseconds(1));
  EXPECT_EQ(taken.size(), kCapacity);
  EXPECT_TRUE(in_order(taken));
}

TEST(TimingWheel, NeedsLessThan24BytesAnEntryWhenItIsLarge) {
  EXPECT_LT(TimingWheel::bytes_for(1'490'000), 1'490'000U * 19);
  EXPECT_LT(TimingWheel::bytes_for(500'000), 500'000U * 24);
}

// One small call after a leap over everything: it returns what was asked for, without laying out all that is due.
TEST(TimingWheel, GoesOnAfterALeapInBoundedSteps) {
  constexpr std::uint32_t kEntries = 300'000;
  OwnedWheel owned(kEntries);
  for (std::uint64_t i = 0; i < kEntries; ++i) {
    ASSERT_TRUE(owned.wheel.insert(at(static_cast<std::int64_t>(draw_bits(5, 0, i) % 40'000'000)), i));
  }
  std::array<TimingWheel::Entry, 16> out;
  EXPECT_EQ(owned.wheel.expire(at(40'000'000), out), out.size());
  // All in one slot of an upper level: a call's moves run out, the next calls go on, and nothing overtakes.
  OwnedWheel crowded(kEntries);
  const Instant now = at(5'000'000'000);
  for (std::uint64_t i = 0; i < kEntries; ++i) ASSERT_TRUE(crowded.wheel.insert(now, i));
  int calls = 1;
  for (; crowded.wheel.expire(now, out) == 0; ++calls) ASSERT_EQ(crowded.wheel.next_due(), now);
  EXPECT_GE(calls, static_cast<int>(kEntries / TimingWheel::kMovesPerCall));
  EXPECT_EQ(out[0].token, 0U);
  const auto rest = take_due(crowded.wheel, now);
  EXPECT_EQ(rest.size(), kEntries - out.size());
  EXPECT_TRUE(in_order(rest));
}

TEST(TimingWheel, IsNeverEarlyOverAMillionEntries) {
  constexpr std::uint32_t kWaiting = 100'000;
  constexpr std::uint64_t kEntries = 1'000'000;
  OwnedWheel owned(kWaiting);
  std::array<TimingWheel::Entry, 32> out;
  std::uint64_t inserted = 0;
  std::uint64_t expired = 0;
  std::uint64_t early = 0;
  std::uint64_t out_of_order = 0;
  for (Instant now; expired < kEntries; now = now + nanoseconds(static_cast<std::int64_t>(inserted % 3'000))) {
    while (inserted < kEntries && owned.wheel.size() < kWaiting) {
      const auto delay = uniform_between(0, 100'000'000, draw_bits(6, 0, inserted));
      ASSERT_TRUE(owned.wheel.insert(now + nanoseconds(delay), inserted++));
    }
    const std::size_t taken = owned.wheel.expire(now, out);
    for (std::size_t i = 0; i < taken; ++i) {
      early += out[i].due_at > now ? 1 : 0;
      out_of_order += i > 0 && out[i].due_at < out[i - 1].due_at ? 1 : 0;
    }
    expired += taken;
  }
  EXPECT_EQ(early, 0U);
  EXPECT_EQ(out_of_order, 0U);
  EXPECT_EQ(owned.wheel.next_due(), Instant::never());
}

}  // namespace
}  // namespace weir
