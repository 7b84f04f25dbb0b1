// Publication and retirement of scenes between threads: workers follow the chain while control appends to it, puts
// other scenes in place of what was to come, and frees what they have left. What is looked for is found by sanitizers.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "profile/scene_line.h"
#include "support/sim_bench.h"

namespace weir::test {
namespace {

constexpr std::size_t kWorkers = 3;
constexpr std::int64_t kTurns = 20'000;
constexpr Duration kTurn = microseconds(10);

Rules late_by(Duration hold, bool with_rule) {
  Rules rules;
  rules.latency = LatencyRule{{hold, hold}};
  rules.speed = SpeedRule{ByteRate{1'000'000}, ByteRate{static_cast<std::uint64_t>(hold.nanoseconds()) + 1'000'000}};
  if (with_rule) rules.rules.push_back({"other", {}, {}});
  return rules;
}

// A worker with a link of its own; what is shared in a run is shared.
struct Lodger {
  struct alignas(64) Line {
    std::array<std::byte, 64> bytes;
  };
  Lodger(const Scene& first, ConnectionRegistry& registry, LinkOutages& outages, RulePacers& rule_pacers,
         Limiters limiters, bool leads)
      : memory(Worker::bytes_for(sizes) / sizeof(Line) + 1),
        worker(WorkerSetup{.rules = first.rules,
                           .links = links,
                           .source = source,
                           .registry = registry,
                           .outages = outages,
                           .rule_pacers = rule_pacers,
                           .limiters = limiters,
                           .decisions = &ring,
                           .leads = leads,
                           .sizes = sizes,
                           .memory = std::as_writable_bytes(std::span(memory)),
                           .scene = &first}) {}

  void run(std::uint16_t port, std::atomic<std::int64_t>& turned) {
    DecisionRecord record;
    for (std::int64_t turn = 1; turn <= kTurns; ++turn) {
      if (turn % 10 == 0) {
        const auto sequence = static_cast<std::uint32_t>(turn * 100);
        a.arriving.push_back(source.receive(FrameBuilder()
                                                .v4("10.9.0.1", "10.9.0.2")
                                                .tcp(port, 80)
                                                .seq(sequence)
                                                .flags(tcp_flag::kAck)
                                                .payload(kGet)
                                                .build()));
      }
      worker.poll();
      worker.turn(Instant(turn * kTurn.nanoseconds()));
      turned.store(turn, std::memory_order_relaxed);
      while (ring.pop(record)) {
      }
      if (turn % 64 == 0) std::this_thread::yield();
    }
  }

  static constexpr WorkerSizes sizes{.flows = 64, .held = 1'024};
  FakeSource source;
  FakePort a{source};
  FakePort b{source};
  std::array<LinkPorts, 1> links{LinkPorts{a, b}};
  DecisionRing ring{1'024};
  std::vector<Line> memory;
  Worker worker;
};

TEST(ScenesShared, WorkersFollowWhileControlWritesOn) {
  SceneLine line(late_by(microseconds(1), false));
  ConnectionRegistry registry(64);
  LinkOutages outages;
  RulePacers rule_pacers;
  std::array<Limiter, 2> limiters{Limiter(3'028), Limiter(3'028)};
  std::vector<std::unique_ptr<Lodger>> lodgers;
  std::array<std::atomic<std::int64_t>, kWorkers> turned{};
  for (std::size_t i = 0; i < kWorkers; ++i) {
    lodgers.push_back(std::make_unique<Lodger>(line.first(), registry, outages, rule_pacers,
                                               Limiters{&limiters[0], &limiters[1]}, i == 0));
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kWorkers; ++i) {
    threads.emplace_back([&, i] { lodgers[i]->run(static_cast<std::uint16_t>(40'000 + i), turned[i]); });
  }
  const auto clock = std::make_shared<const SceneClock>(Instant());
  std::size_t most = 0;
  for (std::int64_t round = 0; std::ranges::any_of(turned, [](auto& one) { return one.load() < kTurns; }); ++round) {
    std::int64_t furthest = 0;
    std::uint64_t reached = UINT64_MAX;
    for (std::size_t i = 0; i < kWorkers; ++i) {
      furthest = std::max(furthest, turned[i].load(std::memory_order_relaxed));
      reached = std::min(reached, lodgers[i]->worker.scene_reached());
    }
    line.retire(reached);
    const Instant at = std::max(Instant(furthest * kTurn.nanoseconds()), line.last().begins_at());
    if (round % 3 == 0) {
      line.replace_from(Instant(furthest * kTurn.nanoseconds()),
                        {.rules = late_by(microseconds(round % 50), round % 2 == 0), .clock = nullptr});
    } else if (line.size() < 1'000) {
      line.append({.rules = late_by(microseconds(round % 70), round % 2 == 0),
                   .clock = clock,
                   .offset = at - Instant() + kTurn});
    }
    most = std::max(most, line.size());
    std::this_thread::yield();
  }
  for (std::thread& thread : threads) thread.join();
  const Instant after = Instant(kTurns * kTurn.nanoseconds()) + seconds(10);
  for (auto& lodger : lodgers) {
    Worker& worker = lodger->worker;
    worker.turn(after);  // whatever is left begins, and what is held is due
    EXPECT_EQ(worker.scene_reached(), line.last().number);
    worker.abandon_held(after);
    EXPECT_EQ(worker.counters().early.value(), 0U);
    EXPECT_EQ(worker.counters().out_of_order.value(), 0U);
  }
  EXPECT_GT(most, 1U);
  line.retire(line.last().number);
  EXPECT_EQ(line.size(), 1U);
}

}  // namespace
}  // namespace weir::test
