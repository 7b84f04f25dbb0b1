// What an entry costs, in and out, with a given number of others waiting: the wheel beside std::priority_queue.
// The model is a worker under load: time moves on by a microsecond or more a turn, what is due comes out 32 at a time,
// and each entry goes back in, due after a uniform delay, so that the number waiting stays what it is.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <queue>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "base/draw.h"
#include "support/huge_memory.h"
#include "wheel/timing_wheel.h"

namespace weir {
namespace {

constexpr std::size_t kBurst = 32;

/// Uniform delays from a linear congruential generator (Knuth's MMIX): a nanosecond a draw and no memory, so that the
/// draws neither cost nor displace what is measured.
class Delays {
 public:
  explicit Delays(Duration longest) : longest_(longest) {}
  [[nodiscard]] Duration next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return Duration(uniform_between(0, longest_.nanoseconds(), state_));
  }

 private:
  Duration longest_;
  std::uint64_t state_ = 1;
};

/// The standard library's heap behind the wheel's interface.
class Heap {
 public:
  explicit Heap(std::uint32_t entries) { std::ignore = entries; }
  [[nodiscard]] bool insert(Instant due_at, std::uint64_t token) {
    queue_.push({due_at, token});
    return true;
  }
  [[nodiscard]] std::size_t expire(Instant now, std::span<WheelEntry> out) {
    std::size_t taken = 0;
    for (; taken < out.size() && !queue_.empty() && queue_.top().due_at <= now; queue_.pop()) {
      out[taken++] = queue_.top();
    }
    return taken;
  }

 private:
  struct Later {
    bool operator()(const WheelEntry& a, const WheelEntry& b) const { return a.due_at > b.due_at; }
  };
  std::priority_queue<WheelEntry, std::vector<WheelEntry>, Later> queue_;
};

/// A wheel with memory of its own.
class Wheel {
 public:
  explicit Wheel(std::uint32_t entries) : memory_(TimingWheel::bytes_for(entries)), wheel_(memory_.span(), entries) {}
  [[nodiscard]] bool insert(Instant due_at, std::uint64_t token) { return wheel_.insert(due_at, token); }
  [[nodiscard]] std::size_t expire(Instant now, std::span<WheelEntry> out) { return wheel_.expire(now, out); }

 private:
  bench::HugeMemory memory_;
  TimingWheel wheel_;
};

/// @param state  range 0: entries that wait; range 1: longest delay in microseconds.
template <typename Queue>
void in_and_out(benchmark::State& state) {
  const auto waiting = static_cast<std::uint32_t>(state.range(0));
  const Duration longest = microseconds(state.range(1));
  Delays delays(longest);
  Queue queue(waiting);
  for (std::uint32_t i = 0; i < waiting; ++i) benchmark::DoNotOptimize(queue.insert(Instant() + delays.next(), i));
  // A full delay's worth of entries leaves every half of it, so a turn of kBurst entries takes this long.
  const Duration turn(
      std::max<std::int64_t>(1, longest.nanoseconds() / 2 * static_cast<std::int64_t>(kBurst) / waiting));
  Instant now;
  std::array<WheelEntry, kBurst> out;
  std::int64_t moved = 0;
  for (auto _ : state) {
    now = now + turn;
    const std::size_t taken = queue.expire(now, out);
    for (std::size_t i = 0; i < taken; ++i) {
      benchmark::DoNotOptimize(queue.insert(now + delays.next(), out[i].token));
    }
    moved += static_cast<std::int64_t>(taken);
  }
  state.SetItemsProcessed(moved);
  state.counters["ns_an_entry"] =
      benchmark::Counter(static_cast<double>(moved) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void loads(benchmark::internal::Benchmark* bench) {
  bench->Args({30'000, 100'000})->Args({30'000, 2'000})->Args({1'490'000, 100'000})->Args({1'490'000, 1'000'000});
  bench->MinWarmUpTime(0.5)->Repetitions(5)->ReportAggregatesOnly(true);
}
BENCHMARK(in_and_out<Wheel>)->Apply(loads);
BENCHMARK(in_and_out<Heap>)->Apply(loads);

}  // namespace
}  // namespace weir

BENCHMARK_MAIN();
