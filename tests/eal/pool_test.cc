// A pool that runs short, on a real port: a worker holds all that a capture brings, and what would take the ports'
// buffers is dropped by name; receiving goes on, and every buffer comes back. Small buffers carry what large ones do.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "dpdk/eal.h"
#include "dpdk/ethdev.h"
#include "dpdk/memory.h"
#include "dpdk/packet_pool.h"
#include "engine/worker.h"
#include "frames.h"
#include "support/frames.h"

namespace weir {
namespace {

constexpr std::size_t kBuffers = 4'096;
constexpr std::size_t kSmallBuffers = 256;
constexpr std::uint32_t kHeldLarge = 512;
constexpr std::size_t kFrames = 3'000;

/// UDP, by turns of 60 and of 1 042 bytes.
void write_capture(const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  const auto word = [&](std::uint32_t value) { file.write(reinterpret_cast<const char*>(&value), sizeof value); };
  for (const std::uint32_t value : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 1U}) word(value);
  for (std::size_t i = 0; i < kFrames; ++i) {
    const std::string payload(i % 2 == 0 ? 18 : 1'000, static_cast<char>('a' + i % 26));
    const auto frame = test::FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(1, 2).payload(payload).build();
    const auto length = static_cast<std::uint32_t>(frame.size());
    for (const std::uint32_t value : {0U, 0U, length, length}) word(value);
    file.write(reinterpret_cast<const char*>(frame.data()), static_cast<std::streamsize>(frame.size()));
  }
}

/// Every UDP frame waits a second.
Rules hold_all() {
  Rules rules;
  Rule& all = rules.rules.emplace_back();
  all.name = "all";
  all.match.traffic = traffic::kAll;
  all.impair.latency = LatencyRule{{seconds(1), seconds(1)}};
  all.impair.latency->per = LatencyRule::Per::kPacket;
  return rules;
}

class ShortPool : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    capture_ = std::filesystem::temp_directory_path() / ("weir-pool-test-" + std::to_string(getpid()) + ".pcap");
    write_capture(capture_);
    EalPlan plan;
    plan.memory_mib = 192;
    plan.user_arguments = {"--no-huge",  // whatever the machine has: there are 192 MiB
                           "--vdev=net_pcap0,rx_pcap=" + capture_, "--vdev=net_null0,no-rx=1", "--vdev=net_ring0"};
    eal_ = std::make_unique<Eal>(plan);
  }
  static void TearDownTestSuite() {
    eal_.reset();
    std::filesystem::remove(capture_);
  }

  static inline std::string capture_;
  static inline std::unique_ptr<Eal> eal_;
};

TEST_F(ShortPool, HeldFramesNeverTakeThePortsBuffers) {
  PacketPool pool(kBuffers, 1'500, BufferLayout::kPacked, kSmallBuffers);
  {
    const std::unique_ptr<PacketSource> source = pool.source();
    Ethdev in("net_pcap0", pool, 1);
    Ethdev out("net_null0", pool, 1);
    const std::vector<LinkPorts> links{{in.port(0), out.port(0)}};
    const Rules rules = hold_all();
    ConnectionRegistry registry(64);
    LinkOutages outages;
    RulePacers pacers;
    const WorkerSizes sizes{.flows = 64, .held = 2'048, .held_large = kHeldLarge};
    const Memory memory(Worker::bytes_for(sizes));
    Worker worker(WorkerSetup{.rules = rules,
                              .links = links,
                              .source = *source,
                              .registry = registry,
                              .outages = outages,
                              .rule_pacers = pacers,
                              .sizes = sizes,
                              .memory = memory.span()});
    for (std::size_t turn = 0; turn < kFrames; ++turn) {
      worker.poll();
      worker.turn(Instant());
      ASSERT_GE(pool.available(), kBuffers - kHeldLarge - 64) << "in turn " << turn;
    }
    const WorkerCounters& counters = worker.counters();
    EXPECT_EQ(worker.port_counters(0, Side::kA).rx_frames.value(), kFrames) << "receiving went on";
    EXPECT_EQ(in.statistics().rx_nombuf, 0U);
    EXPECT_EQ(counters.shrunk.value(), kSmallBuffers);
    EXPECT_EQ(counters.held.value(), kHeldLarge + kSmallBuffers);
    EXPECT_EQ(counters.drops[static_cast<std::size_t>(DropReason::kPoolShort)].value(),
              kFrames - kHeldLarge - kSmallBuffers);
    EXPECT_EQ(pool.small_available(), 0U);
    for (int turn = 0; turn < 100; ++turn) {
      worker.poll_nothing();
      worker.turn(Instant() + seconds(1));
    }
    EXPECT_EQ(counters.held.value(), 0U);
    EXPECT_EQ(worker.port_counters(0, Side::kB).tx_frames.value(), kHeldLarge + kSmallBuffers);
  }
  EXPECT_EQ(pool.available(), kBuffers);
  EXPECT_EQ(pool.small_available(), kSmallBuffers);
}

TEST_F(ShortPool, ASmallBufferIsTheFrameAndAllThatIsRememberedOfIt) {
  PacketPool pool(kBuffers, 1'500, BufferLayout::kPacked, kSmallBuffers);
  {
    const std::unique_ptr<PacketSource> source = pool.source();
    Ethdev ring("net_ring0", pool, 1);
    for (const std::uint32_t length : {20U, 60U, 66U, source->small_room()}) {
      const Bytes bytes = pattern_frame({0x88, 0xb5}, length);
      const Frame frame = source->allocate(length);
      std::memcpy(frame.bytes, bytes.data(), length);
      frame.packet->bytes = frame.bytes;
      frame.packet->length = length;
      frame.packet->due_at = Instant() + seconds(7);
      Packet* const small = source->shrink(*frame.packet);
      ASSERT_NE(small, nullptr);
      EXPECT_TRUE(small->is_small);
      EXPECT_EQ(small->due_at, Instant() + seconds(7));
      EXPECT_EQ(source->bytes_of(*small).bytes.data(), small->bytes);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(small) % alignof(Packet), 0U);
      ASSERT_EQ(ring.port(0).send(std::array{small}), 1U);
      EXPECT_EQ(receive_one(ring.port(0), *source), bytes);
    }
  }
  EXPECT_EQ(pool.small_available(), kSmallBuffers);
}

TEST_F(ShortPool, WithoutSmallBuffersThereIsNoRoomInThem) {
  PacketPool pool(kBuffers, 1'500);
  EXPECT_EQ(pool.source()->small_room(), 0U);
  EXPECT_EQ(pool.small_available(), 0U);
}

TEST_F(ShortPool, ASmallBufferTakesFiveCacheLines) {
  EXPECT_EQ(PacketPool::small_buffer_size(), 320U);
}

TEST_F(ShortPool, MoreThanThereIsMemoryForIsSaid) {
  try {
    const PacketPool pool(kBuffers, 1'500, BufferLayout::kPacked, 10'000'000);
    FAIL() << "3 GiB of 192 MiB";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "taking 10000000 small packet buffers (3205 MiB) failed: Cannot allocate memory");
  }
}

}  // namespace
}  // namespace weir
