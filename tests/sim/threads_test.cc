// Workers on threads of their own, over shared devices, limiter, registry and log rings; also run under
// ThreadSanitizer. Simulated time still: each thread moves its own, so what leaves when is not asserted, only that
// nothing is lost.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "engine/spread.h"
#include "support/sim_bench.h"

namespace weir::test {
namespace {

constexpr std::size_t kWorkers = 3;
constexpr int kConnections = 60;

// Buffers that any thread may free.
class SharedSource : public PacketSource {
 public:
  Frame allocate(std::uint32_t length) override {
    const std::scoped_lock lock(mutex_);
    return source_.allocate(length);
  }
  void free(std::span<Packet* const> packets) override {
    const std::scoped_lock lock(mutex_);
    source_.free(packets);
  }
  PacketBytes bytes_of(const Packet& packet) const override { return source_.bytes_of(packet); }
  Frame receive(const Bytes& bytes) {
    const std::scoped_lock lock(mutex_);
    return source_.receive(bytes);
  }
  std::size_t in_use() {
    const std::scoped_lock lock(mutex_);
    return source_.in_use();
  }

 private:
  std::mutex mutex_;
  FakeSource source_;
};

// A device whose frames come from a list, and that counts what it sends. Its owner's thread only.
class ListPort : public Port {
 public:
  explicit ListPort(SharedSource& source) : source_(source) {}
  std::size_t receive(std::span<Frame> into) override {
    std::size_t count = 0;
    while (count < into.size() && next < frames.size()) into[count++] = source_.receive(frames[next++]);
    return count;
  }
  std::size_t send(std::span<Packet* const> packets) override {
    sent += packets.size();
    source_.free(packets);
    return packets.size();
  }

  std::vector<Bytes> frames;
  std::size_t next = 0;
  std::size_t sent = 0;

 private:
  SharedSource& source_;
};

Bytes from_client(int connection, std::uint32_t sequence, std::uint8_t flags, std::string_view payload) {
  const auto port = static_cast<std::uint16_t>(40'000 + connection);
  return FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(port, 80).seq(sequence).flags(flags).payload(payload).build();
}

Bytes from_server(int connection, std::uint32_t sequence, std::string_view payload) {
  const auto port = static_cast<std::uint16_t>(40'000 + connection);
  return FrameBuilder().v4("10.9.0.2", "10.9.0.1").tcp(80, port).seq(sequence).ack(1'100).payload(payload).build();
}

Rules everything() {
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(1), milliseconds(3)}};
  rules.speed = SpeedRule{ByteRate{500'000}, ByteRate{5'000'000}};
  rules.jitter = JitterRule{0.3, Probability(0.3), {milliseconds(1), milliseconds(5)}};
  rules.reset = ResetRule{0.1, Probability(0.1)};
  return rules;
}

class Threads : public testing::Test {
 protected:
  Threads() {
    for (int connection = 0; connection < kConnections; ++connection) {
      client.frames.push_back(from_client(connection, 999, tcp_flag::kSyn, ""));
      client.frames.push_back(from_client(connection, 1'000, tcp_flag::kAck, kGet));
    }
    for (int round = 0; round < 20; ++round) {
      for (int connection = 0; connection < kConnections; ++connection) {
        const auto sequence = static_cast<std::uint32_t>(5'000 + round * 43);
        server.frames.push_back(from_server(connection, sequence, round == 0 ? kOk : std::string_view("more of it")));
      }
    }
    for (std::size_t index = 0; index < kWorkers; ++index) build(index);
  }

  void build(std::size_t index) {
    const WorkerSizes sizes{.flows = 256, .held = 2'048};
    memory[index].resize(Worker::bytes_for(sizes) / sizeof(Line) + 1);
    links[index].push_back({spread_a.port_for(index), spread_b.port_for(index)});
    workers[index] = std::make_unique<Worker>(WorkerSetup{.rules = rules,
                                                          .links = links[index],
                                                          .source = source,
                                                          .registry = registry,
                                                          .outages = outages,
                                                          .rule_pacers = rule_pacers,
                                                          .limiters = {&limiter, nullptr},
                                                          .decisions = &rings[index],
                                                          .leads = index == 0,
                                                          .sizes = sizes,
                                                          .memory = std::as_writable_bytes(std::span(memory[index]))});
  }

  struct alignas(64) Line {
    std::array<std::byte, 64> bytes;
  };

  const Rules rules = everything();
  SharedSource source;
  ListPort client{source};
  ListPort server{source};
  std::array<Port*, 1> client_queue{&client};
  std::array<Port*, 1> server_queue{&server};
  SpreadDevice spread_a{client_queue, source, {.link = 0, .side = Side::kA, .owner = 0, .workers = kWorkers}};
  SpreadDevice spread_b{server_queue, source, {.link = 0, .side = Side::kB, .owner = 1, .workers = kWorkers}};
  ConnectionRegistry registry{64};
  LinkOutages outages;
  RulePacers rule_pacers;
  Limiter limiter{3'000};
  std::array<DecisionRing, kWorkers> rings{DecisionRing(4'096), DecisionRing(4'096), DecisionRing(4'096)};
  std::array<std::vector<Line>, kWorkers> memory;
  std::array<std::vector<LinkPorts>, kWorkers> links;
  std::array<std::unique_ptr<Worker>, kWorkers> workers;
};

TEST_F(Threads, LoseNothing) {
  std::vector<std::thread> threads;
  for (auto& worker : workers) {
    threads.emplace_back([&worker] {
      for (std::int64_t turn = 0; turn < 20'000; ++turn) {
        worker->poll();
        worker->turn(Instant(turn * 10'000));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const SpreadDevice* spread : {&spread_a, &spread_b}) EXPECT_EQ(spread->lost(), 0U);
  // A thread may have ended before another one handed it its last frames: what is under way arrives now.
  for (int round = 0; round < 200; ++round) {
    for (auto& worker : workers) {
      worker->poll();
      worker->turn(Instant(0) + seconds(1));
    }
  }
  for (auto& worker : workers) worker->abandon_held(Instant(0) + seconds(1));
  for (int round = 0; round < 100; ++round) {
    for (auto& worker : workers) worker->poll_nothing();  // what others left with an owner
  }
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  for (auto& worker : workers) {
    for (const Side side : {Side::kA, Side::kB}) {
      received += worker->port_counters(0, side).rx_frames.value();
      sent += worker->port_counters(0, side).tx_frames.value();
    }
  }
  EXPECT_EQ(received, client.frames.size() + server.frames.size());
  EXPECT_EQ(sent, client.sent + server.sent);
  EXPECT_EQ(source.in_use(), 0U);
}

}  // namespace
}  // namespace weir::test
