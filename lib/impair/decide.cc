#include "impair/decide.h"

namespace weir {

Duration decide_latency(const LatencyRule& rule, std::uint64_t draw_key, std::uint32_t n) {
  return rule.hold.draw(bits_for(draw_key, Impairment::kLatency, Aspect::kLength, n));
}

Struck decide_jitter(const JitterRule& rule, std::uint64_t draw_key, std::uint32_t n) {
  const std::uint64_t strike = bits_for(draw_key, Impairment::kJitter, Aspect::kStrike, n);
  const Duration length = rule.stall.draw(bits_for(draw_key, Impairment::kJitter, Aspect::kLength, n));
  return {rule.probability.strikes(strike), unit_interval(strike), length};
}

Struck decide_reset(const ResetRule& rule, std::uint64_t draw_key, std::uint32_t n) {
  const std::uint64_t strike = bits_for(draw_key, Impairment::kReset, Aspect::kStrike, n);
  return {rule.probability.strikes(strike), unit_interval(strike), Duration()};
}

}  // namespace weir
