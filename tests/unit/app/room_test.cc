#include "weir/room.h"

#include <gtest/gtest.h>

#include "profile/profile.h"

namespace weir {
namespace {

constexpr ByteRate kTenGbit{1'250'000'000};

Profile hold_responses(Duration length) {
  Profile profile;
  profile.impair.latency = LatencyRule{{length, length}};
  return profile;
}

TEST(Room, IsWhatHasAlwaysBeenEnoughWhereTheLinkIsNotKnown) {
  const Room room = room_for(hold_responses(seconds(10)), {});
  EXPECT_EQ(room.buffers, 65'536U);
  EXPECT_EQ(room.held_large, 49'152U);
  EXPECT_EQ(room.held(), 49'152U);
  EXPECT_EQ(room.small_buffers, 0U);
  EXPECT_EQ(room.shortage, "");
}

TEST(Room, IsForAFullLinkOfFullFramesOrOfTheSmallest) {
  const Room room = room_for(hold_responses(milliseconds(100)), {.link = kTenGbit});
  EXPECT_EQ(room.held_large, 81'274U) << "10 Gbit/s, 100 ms, frames of 1 538 bytes on the wire";
  EXPECT_EQ(room.buffers, 81'274U + 16'384U);
  EXPECT_EQ(room.small_buffers, 1'488'095U - 81'274U / 2) << "the first ones are not copied";
  EXPECT_GE(room.held(), 1'488'095U);
  EXPECT_EQ(room.shortage, "");
}

TEST(Room, IsNeverLessThanUsual) {
  const Room room = room_for(hold_responses(milliseconds(1)), {.link = ByteRate{125'000}});
  EXPECT_EQ(room.held_large, 49'152U);
  EXPECT_EQ(room.small_buffers, 0U);
}

TEST(Room, IsNoMoreThanThereIsMemoryFor) {
  const Room room = room_for(hold_responses(seconds(1)), {.link = kTenGbit, .most_mib = 1'024});
  EXPECT_LE(room.mib(), 1'024U);
  EXPECT_GT(room.mib(), 1'000U) << "and not much less";
  EXPECT_GT(room.held_large, 49'152U);
  EXPECT_EQ(room.buffers - room.held_large, 16'384U) << "the ports keep theirs";
  EXPECT_EQ(
      room.shortage,
      "a full link can make this profile hold 812743 frames of 1514 bytes, or 14880952 of 60: that takes 7903 MiB "
      "of buffers, and 1024 MiB are to be had; there is room for " +
          std::to_string(room.held_large) + " and " + std::to_string(room.held()));
}

TEST(Room, WithTooLittleMemoryIsWhatIsUsual) {
  const Room room = room_for(hold_responses(seconds(1)), {.link = kTenGbit, .most_mib = 10});
  EXPECT_EQ(room.held_large, 49'152U);
  EXPECT_EQ(room.small_buffers, 0U);
}

TEST(Room, PortsKeepWhatTheirRingsCanHold) {
  EXPECT_EQ(buffers_for_ports(2, 1), 16'384U);
  EXPECT_EQ(buffers_for_ports(4, 1), 4U * (4'096 + 3'072) + 384);
  EXPECT_EQ(buffers_for_ports(2, 2), 2U * (4'096 + 2 * 3'072 + 8'192) + 2 * 384) << "and rings between workers";
  const Room room = room_for(Profile(), {.ports = 4, .workers = 8});
  EXPECT_EQ(room.buffers - room.held_large, buffers_for_ports(4, 8));
}

}  // namespace
}  // namespace weir
