// What a draw costs: the uniform bits alone, each law of durations on top of them, and the whole fate of a packet.
// Philox is a chain of six multiplications, about 17 ns at 2.1 GHz: what is seen depends on how many draws the CPU
// overlaps, and so on what runs on the core's other hardware thread.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "base/draw.h"
#include "impair/duration_law.h"
#include "impair/packet_draws.h"

namespace weir {
namespace {

void uniform_bits(benchmark::State& state) {
  std::uint32_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(draw_bits(1, 0, ++n));
}
BENCHMARK(uniform_bits);

/// A straight table of as many entries as iproute2's, so that the bench needs no files.
std::shared_ptr<const DistributionTable> straight_table() {
  auto table = std::make_shared<DistributionTable>();
  for (int i = 0; i < 4096; ++i) table->quantiles.push_back(static_cast<std::int16_t>(8 * i - 16'384));
  return table;
}

void law(benchmark::State& state, Shape shape) {
  const DurationLaw law{{}, seconds(1), shape, milliseconds(100), milliseconds(10), straight_table()};
  std::uint32_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(law.draw(draw_bits(1, 0, ++n)));
}
BENCHMARK_CAPTURE(law, uniform, Shape::kUniform);
BENCHMARK_CAPTURE(law, normal, Shape::kNormal);
BENCHMARK_CAPTURE(law, pareto, Shape::kPareto);
BENCHMARK_CAPTURE(law, paretonormal, Shape::kParetoNormal);
BENCHMARK_CAPTURE(law, lognormal, Shape::kLognormal);
BENCHMARK_CAPTURE(law, exponential, Shape::kExponential);
BENCHMARK_CAPTURE(law, table, Shape::kTable);

LossModel gilbert_elliott(double lost_in_bad, double lost_in_good) {
  return {.kind = LossModel::Kind::kGilbertElliott,
          .p = 0.01,
          .r = 0.3,
          .lost_in_bad = lost_in_bad,
          .lost_in_good = lost_in_good};
}

PacketRule losing(const LossModel& model) {
  PacketRule rule;
  rule.loss = model;
  return rule;
}

PacketRule everything() {
  PacketRule rule = losing(gilbert_elliott(0.9, 0.001));
  rule.duplicate = rule.corrupt = rule.reorder = 0.01;
  rule.delay = DurationLaw{{}, seconds(1), Shape::kNormal, milliseconds(100), milliseconds(10)};
  return rule;
}

void packet(benchmark::State& state, const PacketRule& rule) {
  std::uint32_t n = 0;
  std::uint8_t loss_state = 0;
  for (auto _ : state) {
    const PacketFate fate = decide_packet(rule, 1, 0, 0, ++n, loss_state);
    benchmark::DoNotOptimize(fate.lost);
    benchmark::DoNotOptimize(fate.delay);
  }
}
BENCHMARK_CAPTURE(packet, nothing, PacketRule());
BENCHMARK_CAPTURE(packet, loss, losing({.p = 0.01}));
BENCHMARK_CAPTURE(packet, loss_gilbert, losing(gilbert_elliott(1, 0)));
BENCHMARK_CAPTURE(packet, loss_gilbert_elliott, losing(gilbert_elliott(0.9, 0.001)));
BENCHMARK_CAPTURE(packet, loss_four_states,
                  losing({.kind = LossModel::Kind::kFourState, .p13 = 0.01, .p31 = 0.3, .p32 = 0.2, .p14 = 0.001}));
BENCHMARK_CAPTURE(packet, everything, everything());

}  // namespace
}  // namespace weir

BENCHMARK_MAIN();
