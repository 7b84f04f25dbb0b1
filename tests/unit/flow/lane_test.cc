#include "flow/lane.h"

#include <gtest/gtest.h>

#include <array>

namespace weir {
namespace {

TEST(Lane, GivesPacketsBackInOrder) {
  Lane lane;
  std::array<Packet, 3> packets;
  for (Packet& packet : packets) append(lane, packet);
  for (Packet& packet : packets) EXPECT_EQ(&take_head(lane), &packet);
  EXPECT_TRUE(lane.empty());
  EXPECT_EQ(lane.tail, nullptr);
}

TEST(Lane, TheFirstWithoutTicketStandsBehindThoseWithOne) {
  Lane lane;
  std::array<Packet, 3> packets;
  for (Packet& packet : packets) append(lane, packet);
  EXPECT_EQ(lane.first_unticketed(), &packets[0]);
  lane.last_ticketed = &packets[1];
  EXPECT_EQ(lane.first_unticketed(), &packets[2]);
  EXPECT_EQ(&take_first_unticketed(lane), &packets[2]);
  EXPECT_EQ(lane.tail, &packets[1]);
  EXPECT_EQ(lane.first_unticketed(), nullptr);
  take_head(lane);
  EXPECT_EQ(lane.last_ticketed, &packets[1]);
  take_head(lane);
  EXPECT_EQ(lane.last_ticketed, nullptr);
  append(lane, packets[0]);
  EXPECT_EQ(lane.first_unticketed(), &packets[0]);
}

TEST(Lane, VoidingReferencesKeepsThePackets) {
  Lane lane;
  std::array<Packet, 2> packets;
  for (Packet& packet : packets) append(lane, packet);
  lane.last_ticketed = &packets[0];
  const std::uint32_t epoch = lane.epoch;
  void_references(lane);
  EXPECT_NE(lane.epoch, epoch);
  EXPECT_EQ(lane.first_unticketed(), &packets[0]);
}

}  // namespace
}  // namespace weir
