// One EAL with a ring as its port: what is sent is received, byte for byte; pools, memory and workers.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <stdexcept>

#include "dpdk/eal.h"
#include "dpdk/ethdev.h"
#include "dpdk/memory.h"
#include "dpdk/packet_pool.h"
#include "dpdk/worker_threads.h"
#include "frames.h"

namespace weir {
namespace {

constexpr std::size_t kBuffers = 1024;

class Ring : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    EalPlan plan;
    plan.workers = 2;
    plan.memory_mib = 128;
    plan.vdevs = {"net_ring0"};
    eal_ = std::make_unique<Eal>(plan);
  }
  static void TearDownTestSuite() { eal_.reset(); }

  static std::unique_ptr<Eal> eal_;
};
std::unique_ptr<Eal> Ring::eal_;

TEST_F(Ring, CarriesFramesUnchanged) {
  PacketPool pool(kBuffers, 1500);
  const auto source = pool.source();
  {
    Ethdev device("net_ring0", pool, 1);
    EXPECT_TRUE(device.link_up());
    EXPECT_EQ(device.tx_queues(), 1U);
    std::vector<Packet*> packets;
    for (const std::size_t length : {54U, 60U, 1514U, 1522U}) {
      packets.push_back(packet_with(*source, pattern_frame({0x88, 0xb5}, length)));
      ASSERT_NE(packets.back(), nullptr);
    }
    ASSERT_EQ(device.port(0).send(packets), packets.size());
    for (const std::size_t length : {54U, 60U, 1514U, 1522U}) {
      EXPECT_EQ(receive_one(device.port(0), *source), pattern_frame({0x88, 0xb5}, length));
    }
    EXPECT_TRUE(receive_one(device.port(0), *source).empty());
    EXPECT_EQ(device.statistics().rx_frames, 4U);
    EXPECT_EQ(device.statistics().oversized, 0U);
  }
  EXPECT_EQ(pool.available(), kBuffers);
}

TEST_F(Ring, AnEmptyPoolGivesNoPacket) {
  PacketPool pool(kBuffers, 1500);
  const auto source = pool.source();
  std::vector<Packet*> taken;
  std::set<const std::byte*> places;
  for (Frame frame = source->allocate(100); frame.packet != nullptr; frame = source->allocate(100)) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frame.packet) % alignof(Packet), 0U);
    places.insert(frame.bytes);
    taken.push_back(frame.packet);
  }
  EXPECT_EQ(taken.size(), kBuffers);
  EXPECT_EQ(places.size(), kBuffers);
  source->free(taken);
  EXPECT_EQ(pool.available(), kBuffers);
}

TEST_F(Ring, AFrameLongerThanABufferIsRefused) {
  PacketPool pool(kBuffers, 1500);
  const auto source = pool.source();
  EXPECT_EQ(source->allocate(pool.longest_frame() + 1).packet, nullptr);
  EXPECT_EQ(pool.available(), kBuffers);
}

TEST_F(Ring, APoolThatIsTooLargeSaysSo) {
  EXPECT_THROW(PacketPool(10'000'000, 9000), std::runtime_error);
}

TEST_F(Ring, APortThatIsNotThereSaysSo) {
  PacketPool pool(kBuffers, 1500);
  EXPECT_FALSE(ethdev_exists("net_ring7"));
  EXPECT_THROW(Ethdev("net_ring7", pool, 1), std::runtime_error);
}

TEST_F(Ring, MemoryIsZeroedAndAligned) {
  const Memory memory(3 << 20);
  const auto bytes = memory.span();
  ASSERT_EQ(bytes.size(), std::size_t{3} << 20);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % 64, 0U);
  EXPECT_TRUE(std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; }));
}

TEST_F(Ring, WorkersRunAndEnd) {
  std::atomic<int> sum{0};
  WorkerThreads threads({[&] { sum += 1; }, [&] { sum += 10; }});
  threads.join();
  EXPECT_EQ(sum, 11);
}

TEST_F(Ring, WhatAWorkerThrowsArrives) {
  WorkerThreads threads({[] { throw std::runtime_error("worker"); }});
  EXPECT_THROW(threads.join(), std::runtime_error);
}

TEST_F(Ring, MoreFunctionsThanWorkersAreRefused) {
  const auto nothing = [] {};
  EXPECT_THROW(WorkerThreads({nothing, nothing, nothing}), std::runtime_error);
}

}  // namespace
}  // namespace weir
