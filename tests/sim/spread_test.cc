// One device, several workers: each connection meets one worker, nothing is lost on the way, order is kept.
#include "engine/spread.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

constexpr std::size_t kWorkers = 3;

Bytes up(std::uint16_t port, std::uint32_t sequence) {
  return FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(port, 80).seq(sequence).payload("x").build();
}

Bytes down(std::uint16_t port) {
  return FrameBuilder().v4("10.9.0.2", "10.9.0.1").tcp(80, port).payload("x").build();
}

TEST(Spread, BothDirectionsMeetAtOneWorkerAndAllWorkersGetSome) {
  std::set<std::size_t> seen;
  for (std::uint16_t port = 40'000; port < 40'100; ++port) {
    const std::size_t worker = worker_of(up(port, 1), Side::kA, 0, kWorkers);
    EXPECT_EQ(worker, worker_of(down(port), Side::kB, 0, kWorkers));
    seen.insert(worker);
  }
  EXPECT_EQ(seen.size(), kWorkers);
}

TEST(Spread, FramesThatAreNotTcpStayWithTheFirstWorker) {
  const Bytes arp = FrameBuilder().arp("10.9.0.1", "10.9.0.2").build();
  EXPECT_EQ(worker_of(arp, Side::kA, 0, kWorkers), 0U);
}

class SpreadDeviceTest : public testing::Test {
 protected:
  // One round of all workers: what each received.
  std::vector<std::vector<Frame>> receive_all() {
    std::vector<std::vector<Frame>> received(kWorkers);
    for (std::size_t worker = 0; worker < kWorkers; ++worker) {
      std::array<Frame, 64> into;
      const std::size_t count = spread.port_for(worker).receive(into);
      received[worker].assign(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return received;
  }

  FakeSource source;
  FakePort device{source};
  std::vector<Port*> queues{&device};
  SpreadDevice spread{queues, source, {.link = 0, .side = Side::kA, .owner = 0, .workers = kWorkers}};
};

TEST_F(SpreadDeviceTest, EveryFrameReachesTheWorkerOfItsConnectionInOrder) {
  for (std::uint32_t sequence = 0; sequence < 6; ++sequence) {
    for (std::uint16_t port = 40'000; port < 40'010; ++port)
      device.arriving.push_back(source.receive(up(port, sequence)));
  }
  const std::vector<std::vector<Frame>> received = receive_all();
  std::size_t total = 0;
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    std::map<std::uint16_t, std::uint32_t> next;
    for (const Frame& frame : received[worker]) {
      EXPECT_EQ(worker_of(frame.span(), Side::kA, 0, kWorkers), worker);
      TcpSegment segment;
      ASSERT_EQ(parse_frame(frame.span(), segment), FrameKind::kTcp);
      EXPECT_EQ(segment.sequence, next[segment.source_port]++);
    }
    total += received[worker].size();
  }
  EXPECT_EQ(total, 60U);
}

TEST_F(SpreadDeviceTest, WhatAnyWorkerSendsLeavesByTheDevice) {
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    Packet* packet = source.receive(up(static_cast<std::uint16_t>(40'000 + worker), 1)).packet;
    EXPECT_EQ(spread.port_for(worker).send({&packet, 1}), 1U);
  }
  static_cast<void>(receive_all());
  EXPECT_EQ(device.sent.size(), kWorkers);
  EXPECT_EQ(source.in_use(), 0U);
}

TEST_F(SpreadDeviceTest, AWorkerWithAQueueOfItsOwnSendsByIt) {
  FakePort second(source);
  queues.push_back(&second);
  SpreadDevice two_queues(queues, source, {.link = 0, .side = Side::kA, .owner = 0, .workers = kWorkers});
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    Packet* packet = source.receive(up(40'000, 1)).packet;
    EXPECT_EQ(two_queues.port_for(worker).send({&packet, 1}), 1U);
  }
  EXPECT_EQ(second.sent.size(), 1U);
  static_cast<void>(two_queues.port_for(0).receive({}));
  EXPECT_EQ(device.sent.size(), kWorkers - 1);
}

TEST_F(SpreadDeviceTest, WhatTheDeviceRefusesWaitsForTheNextTurn) {
  std::uint16_t port = 40'000;
  while (worker_of(up(port, 1), Side::kA, 0, kWorkers) != 1) ++port;
  device.takes = 0;
  Packet* packet = source.receive(up(port, 1)).packet;
  EXPECT_EQ(spread.port_for(1).send({&packet, 1}), 1U);
  static_cast<void>(receive_all());
  EXPECT_TRUE(device.sent.empty());
  device.takes = SIZE_MAX;
  static_cast<void>(receive_all());
  EXPECT_EQ(device.sent.size(), 1U);
}

TEST_F(SpreadDeviceTest, AFullRingLosesFramesByCountAndLeaksNone) {
  std::uint16_t port = 40'000;
  while (worker_of(up(port, 1), Side::kA, 0, kWorkers) != 1) ++port;
  std::array<Frame, 64> into;
  for (std::uint32_t sequence = 0; sequence < 5'000; ++sequence) {
    device.arriving.push_back(source.receive(up(port, sequence)));
    static_cast<void>(spread.port_for(0).receive(into));
  }
  EXPECT_EQ(spread.lost(), 5'000U - 4'096U);
  EXPECT_EQ(source.in_use(), 4'096U);
}

}  // namespace
}  // namespace weir::test
