// Spreading by the device: which key is symmetric, reckoned by published hashes; and that a device is believed only
// when what it says of itself comes out right.
#include "dpdk/rss.h"

#include <gtest/gtest.h>

#include "dpdk/eal.h"
#include "dpdk/ethdev.h"
#include "frames.h"

namespace weir {
namespace {

constexpr unsigned kQueues = 4;

/// The key of Microsoft's specification, "Verifying the RSS Hash Calculation".
const std::vector<std::uint8_t> kPublishedKey{0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
                                              0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
                                              0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
                                              0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

/// A table that tells the hash's lowest 12 bits.
std::vector<std::uint16_t> identity_table() {
  std::vector<std::uint16_t> table(4'096);
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint16_t>(i);
  return table;
}

RssTuple v4(std::array<std::uint8_t, 4> source, std::uint16_t source_port, std::array<std::uint8_t, 4> destination,
            std::uint16_t destination_port) {
  RssTuple tuple;
  std::copy(source.begin(), source.end(), tuple.source.begin());
  std::copy(destination.begin(), destination.end(), tuple.destination.begin());
  tuple.source_port = source_port;
  tuple.destination_port = destination_port;
  return tuple;
}

TEST(Rss, ReckonsAsTheSpecificationDoes) {
  const RssMap map{kPublishedKey, identity_table()};
  EXPECT_EQ(queue_of(map, v4({66, 9, 149, 187}, 2794, {161, 142, 100, 80}, 1766)), 0x51ccc178U & 0xfffU);
  EXPECT_EQ(queue_of(map, v4({199, 92, 111, 2}, 14230, {65, 69, 140, 83}, 4739)), 0xc626b0eaU & 0xfffU);
  const RssTuple v6{.source = {0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7},
                    .destination = {0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0, 0, 0, 1},
                    .source_port = 2794,
                    .destination_port = 1766,
                    .is_v6 = true};
  EXPECT_EQ(queue_of(map, v6), 0x40207d3dU & 0xfffU);
}

TEST(Rss, TheSymmetricKeyIsOne) {
  for (const unsigned queues : {2U, 3U, 8U}) EXPECT_EQ(fault_of(symmetric_rss(40, 128, queues), queues), "");
  EXPECT_EQ(fault_of(symmetric_rss(52, 512, 8), 8), "") << "a longer key";
}

TEST(Rss, WhatDoesNotServeIsSaid) {
  RssMap published = symmetric_rss(40, 128, kQueues);
  published.key = kPublishedKey;
  EXPECT_EQ(fault_of(published, kQueues), "the two directions of a connection come to different queues");
  EXPECT_EQ(fault_of(symmetric_rss(0, 128, kQueues), kQueues), "it tells no key");
  EXPECT_EQ(fault_of(symmetric_rss(40, 0, kQueues), kQueues), "it tells no table");
  EXPECT_EQ(fault_of(symmetric_rss(40, 100, kQueues), kQueues), "it tells no table");
  EXPECT_EQ(fault_of(symmetric_rss(40, 128, 8), kQueues), "its table names queues that nobody asks");
  EXPECT_EQ(fault_of(symmetric_rss(40, 128, 3), kQueues), "it leaves queues empty");
}

class RssDevice : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    EalPlan plan;
    plan.memory_mib = 192;
    plan.vdevs = {"net_null0", "net_null1", "net_ring0"};
    eal_ = std::make_unique<Eal>(plan);
  }
  static void TearDownTestSuite() { eal_.reset(); }
  static inline std::unique_ptr<Eal> eal_;
};

TEST_F(RssDevice, OneThatServesHasAQueueForEachWorker) {
  PacketPool pool(16'384, 1'500);
  {
    const std::unique_ptr<PacketSource> source = pool.source();
    Ethdev device("net_null0", pool, 2, Reception::kEverything, Spreading::kByDevice);
    ASSERT_TRUE(device.rss().has_value()) << device.why_no_rss();
    EXPECT_EQ(*device.rss(), symmetric_rss(device.rss()->key.size(), device.rss()->table.size(), 2));
    for (const unsigned worker : {0U, 1U}) EXPECT_FALSE(receive_one(device.port(worker), *source).empty());
    device.stop_spreading();
    EXPECT_FALSE(device.rss().has_value());
    EXPECT_FALSE(receive_one(device.port(0), *source).empty());
    EXPECT_TRUE(receive_one(device.port(1), *source).empty());
  }
  EXPECT_EQ(pool.available(), 16'384U);
}

TEST_F(RssDevice, OneWithoutSaysSo) {
  PacketPool pool(8'192, 1'500);
  Ethdev device("net_ring0", pool, 2, Reception::kEverything, Spreading::kByDevice);
  EXPECT_FALSE(device.rss().has_value());
  EXPECT_EQ(device.why_no_rss(), "its driver net_ring offers none over 2 queues");
}

TEST_F(RssDevice, NobodyAsksItOfOneWorker) {
  PacketPool pool(8'192, 1'500);
  const Ethdev device("net_null1", pool, 1, Reception::kEverything, Spreading::kByDevice);
  EXPECT_FALSE(device.rss().has_value());
}

}  // namespace
}  // namespace weir
