#include "impair/decide.h"

namespace weir {
namespace {

// Each impairment draws twice at most for an event: whether it strikes, and how long it lasts.
enum class Aspect : std::uint64_t { kStrike = 0, kLength = 1 };

std::uint64_t bits_for(std::uint64_t draw_key, Impairment impairment, Aspect aspect, std::uint32_t n) {
  const auto what = static_cast<std::uint64_t>(impairment) << 8U | static_cast<std::uint64_t>(aspect);
  return draw_bits(draw_key, what, n);
}

}  // namespace

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
