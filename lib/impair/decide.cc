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

std::uint64_t decide_cut_bytes(const ResetRule& rule, std::uint64_t draw_key, std::uint32_t n) {
  const auto least = static_cast<std::int64_t>(rule.after_bytes_min);
  const auto most = static_cast<std::int64_t>(rule.after_bytes_max);
  const std::uint64_t bits = bits_for(draw_key, Impairment::kReset, Aspect::kLength, n);
  return static_cast<std::uint64_t>(uniform_between(least, most, bits));
}

Duration decide_cut_time(const ResetRule& rule, std::uint64_t draw_key, std::uint32_t n) {
  return rule.after_time->draw(bits_for(draw_key, Impairment::kReset, Aspect::kLength, n));
}

Duration decide_packet_latency(const LatencyRule& rule, std::uint64_t draw_key, unsigned direction, std::uint32_t n) {
  // Counted from rule number 1: 0 is that of the draws once an exchange.
  const DrawLane lane{.direction = static_cast<std::uint8_t>(direction), .rule_number = 1};
  return rule.hold.draw(bits_for(draw_key, Impairment::kLatency, Aspect::kLength, n, lane));
}

}  // namespace weir
