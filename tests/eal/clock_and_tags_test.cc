// Ticks to instants, and VLAN tags back into frames: exact, no EAL.
#include <gtest/gtest.h>

#include <vector>

#include "dpdk/tsc_clock.h"
#include "dpdk/vlan_tags.h"

namespace weir {
namespace {

TEST(TscClock, IsExactAndNeverEarly) {
  const TscClock clock(2'600'000'000, 1'000);
  EXPECT_EQ(clock.at(1'000).nanoseconds(), 0);
  EXPECT_EQ(clock.at(999).nanoseconds(), 0);
  EXPECT_EQ(clock.at(1'002).nanoseconds(), 0);  // 0.77 ns
  EXPECT_EQ(clock.at(1'003).nanoseconds(), 1);  // 1.15 ns
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t after_a_day = clock.at(1'000 + 2'600'000'000ULL * kDay).nanoseconds();
  EXPECT_LE(after_a_day, kDay * 1'000'000'000);
  EXPECT_GE(after_a_day, kDay * 1'000'000'000 - 1);
}

TEST(TscClock, NeverGoesBack) {
  const TscClock clock(2'999'999'999, 0);
  for (std::uint64_t ticks = 1; ticks < 10'000; ++ticks) ASSERT_GE(clock.at(ticks), clock.at(ticks - 1));
}

TEST(TscClock, SlowAndFastCounters) {
  EXPECT_EQ(TscClock(100'000'000, 0).at(100'000'000).nanoseconds(), 1'000'000'000);
  EXPECT_EQ(TscClock(1'000'000'000, 0).at(123'456'789).nanoseconds(), 123'456'789);
  EXPECT_EQ(TscClock(4'000'000'000, 0).at(4'000'000'000).nanoseconds(), 1'000'000'000);
}

using Bytes = std::vector<std::uint8_t>;

/// The frame that comes back after its tags were taken out and put in again.
Bytes restored(const Bytes& stripped, const StrippedTags& tags) {
  Bytes frame(tags.count * kTagBytes, 0xee);
  for (const std::uint8_t byte : stripped) frame.push_back(byte);
  insert_tags(reinterpret_cast<std::byte*>(frame.data()), tags);
  return frame;
}

Bytes with_addresses(const Bytes& rest) {
  Bytes frame{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  for (const std::uint8_t byte : rest) frame.push_back(byte);
  return frame;
}

TEST(VlanTags, OneTag) {
  EXPECT_EQ(restored(with_addresses({0x08, 0x00, 0x45}), one_tag(0x6005, 0x0800)),
            with_addresses({0x81, 0x00, 0x60, 0x05, 0x08, 0x00, 0x45}));
}

TEST(VlanTags, TheOuterOfTwoIsAServiceTag) {
  EXPECT_EQ(restored(with_addresses({0x81, 0x00, 0x00, 0x09, 0x08, 0x00}), one_tag(7, kCustomerTag)),
            with_addresses({0x88, 0xa8, 0x00, 0x07, 0x81, 0x00, 0x00, 0x09, 0x08, 0x00}));
}

TEST(VlanTags, BothTags) {
  EXPECT_EQ(restored(with_addresses({0x08, 0x00}), both_tags(7, 0xe009)),
            with_addresses({0x88, 0xa8, 0x00, 0x07, 0x81, 0x00, 0xe0, 0x09, 0x08, 0x00}));
}

}  // namespace
}  // namespace weir
