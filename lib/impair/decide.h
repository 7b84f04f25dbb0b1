// Draws and decisions: pure functions of (rules, connection, event number). Nothing here knows the time, a packet or a
// worker, so nothing of that can change what happens to a connection (spec, promise 5).
#pragma once

#include <cstdint>

#include "flow/connection_registry.h"
#include "impair/draw_counter.h"
#include "impair/rules.h"

namespace weir {

/// The key on which all draws of a connection hang.
[[nodiscard]] inline std::uint64_t connection_draw_key(std::uint64_t seed, const ConnectionTriple& triple,
                                                       std::uint32_t k) {
  return draw_bits(seed, hash_of(triple), k);
}

/// The key of the schedule of rates that all connections share; where each direction has its own, 1 is that of the way
/// down.
[[nodiscard]] inline std::uint64_t speed_draw_key(std::uint64_t seed, std::size_t budget = 0) {
  return draw_bits(seed, UINT64_MAX, std::uint64_t{budget} << 8U | static_cast<std::uint64_t>(Impairment::kSpeed));
}

/// The key of what a worker draws for the packets that join a budget's queue.
[[nodiscard]] inline std::uint64_t queue_draw_key(std::uint64_t seed, std::size_t budget) {
  return draw_bits(seed, UINT64_MAX, std::uint64_t{budget} << 8U | static_cast<std::uint64_t>(Impairment::kQueue));
}

/// The key of a link's outages, which all its connections share.
[[nodiscard]] inline std::uint64_t link_draw_key(std::uint64_t seed, std::uint8_t link) {
  return draw_bits(seed, UINT64_MAX - 1, std::uint64_t{link} << 8U | static_cast<std::uint64_t>(Impairment::kJitter));
}

/// What struck, how long, and the uniform draw behind it.
struct Struck {
  bool hit = false;
  double draw = 0;  // in [0, 1); hit when it lies below the probability
  Duration length;  // jitter: of the stall
};

/// How long the n-th exchange of a connection waits for the first byte of its response.
[[nodiscard]] Duration decide_latency(const LatencyRule& rule, std::uint64_t draw_key, std::uint32_t n);

/// Whether, and how long, a connection stalls in the n-th second of its life in which it carries data.
[[nodiscard]] Struck decide_jitter(const JitterRule& rule, std::uint64_t draw_key, std::uint32_t n);

/// Whether the n-th exchange of a connection is cut.
[[nodiscard]] Struck decide_reset(const ResetRule& rule, std::uint64_t draw_key, std::uint32_t n);

/// Behind how many bytes of the n-th response the cut comes, or how long behind its first byte; of a rule that cuts in
/// the body.
[[nodiscard]] std::uint64_t decide_cut_bytes(const ResetRule& rule, std::uint64_t draw_key, std::uint32_t n);
[[nodiscard]] Duration decide_cut_time(const ResetRule& rule, std::uint64_t draw_key, std::uint32_t n);

/// How long the n-th packet of a direction (0 up, 1 down) waits where latency is drawn for each packet.
[[nodiscard]] Duration decide_packet_latency(const LatencyRule& rule, std::uint64_t draw_key, unsigned direction,
                                             std::uint32_t n);

}  // namespace weir
