#include <algorithm>
#include <cmath>

#include "accuracy/benches.h"
#include "accuracy/laws.h"
#include "accuracy/row.h"
#include "impair/decide.h"

namespace weir::bench {
namespace {

constexpr std::uint32_t kDraws = 1'000'000;
constexpr int kGrid = 20'000;  // quantiles at which the two distributions are compared

std::vector<std::int64_t> drawn(const Law& law) {
  const LatencyRule rule{.hold = law.asked, .per = LatencyRule::Per::kPacket};
  const std::uint64_t key = connection_draw_key(1, {}, 0);
  std::vector<std::int64_t> values(kDraws);
  for (std::uint32_t n = 0; n < kDraws; ++n) values[n] = decide_packet_latency(rule, key, 0, n).nanoseconds();
  std::sort(values.begin(), values.end());
  return values;
}

double clamped(const Law& law, double value) {
  return std::clamp(value, static_cast<double>(law.asked.min.nanoseconds()),
                    static_cast<double>(law.asked.max.nanoseconds()));
}

// The largest distance of the two distribution functions, where the law has no weight on a single point.
double distance(const Law& law, const std::vector<std::int64_t>& values) {
  double worst = 0;
  for (int i = 0; i < kGrid; ++i) {
    const double u = (i + 0.5) / kGrid;
    const double at = law.quantile(u);
    if (at != clamped(law, at)) continue;
    const auto below = std::upper_bound(values.begin(), values.end(), static_cast<std::int64_t>(at));
    worst = std::max(worst, std::abs(static_cast<double>(below - values.begin()) / kDraws - u));
  }
  return worst;
}

double deviation(const std::vector<double>& values) {
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean) / static_cast<double>(values.size());
  return std::sqrt(squares);
}

double expected_deviation(const Law& law) {
  std::vector<double> values;
  for (int i = 0; i < 10 * kGrid; ++i) values.push_back(clamped(law, law.quantile((i + 0.5) / (10 * kGrid))));
  return deviation(values);
}

}  // namespace

void draws() {
  double worst_distance = 0;
  double worst_deviation = 0;
  std::string figures;
  for (const Law& law : laws()) {
    const std::vector<std::int64_t> values = drawn(law);
    const double ks = distance(law, values);
    const double off = 100 * std::abs(deviation({values.begin(), values.end()}) / expected_deviation(law) - 1);
    figures += (figures.empty() ? "\"laws\": {\"" : ", \"") + law.name + "\": [" + text_of(ks, 5) + ", " +
               text_of(off, 3) + "]";
    worst_distance = std::max(worst_distance, ks);
    worst_deviation = std::max(worst_deviation, off);
  }
  figures += "}";
  const std::string what = "per-packet laws, a million draws each, worst of " + std::to_string(laws().size());
  print({"A5.ks", what + ": Kolmogorov-Smirnov", worst_distance, "",
         "0.00136: one in twenty of perfect samples lies above", figures});
  print({"A5.sd", what + ": standard deviation off by", worst_deviation, "%", "", ""});
}

}  // namespace weir::bench
