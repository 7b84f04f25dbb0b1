// What a worker counts, a cache line of its own for each group. Worker writes, control reads at any moment.
// Conservation: received + injected + duplicated = sent + dropped (all reasons) + absorbed + held, at the end of every
// turn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/counters.h"
#include "base/histogram.h"

namespace weir {

/// Why a frame was dropped. The one exit besides send; each reason is intended (an impairment) or not (weir fell
/// short).
enum class DropReason : std::uint8_t {
  kRateQueue,   // intended: the queue before the limiter was full, or before a rule's own rate
  kHeadDrop,    // intended: it was the oldest of that queue when it was full
  kCodel,       // intended: CoDel struck it
  kPie,         // intended: PIE struck it
  kReset,       // intended: it was held, or in place, when its connection was reset
  kAfterReset,  // intended: it came later for a connection that weir had cut, and was answered or swallowed
  kLoss,        // intended: a packet rule lost it
  kOutage,      // intended: it came in an outage that drops
  kPortReused,  // intended: it was held for a connection when a new one began on the same addresses and ports
  kStopped,     // intended: still held a second after the run was told to stop
  kTxFull,      // unintended: the port would not take it, and neither could the batch before it
  kNoTicket,    // unintended: the limiter's queue of tickets was full
  kHeldFull,    // unintended: as many frames were held as there is memory for
  kPoolShort,   // unintended: as many buffers were held as ports can spare, and no small one was left for it
};
inline constexpr std::size_t kDropReasons = 14;
[[nodiscard]] constexpr bool is_intended(DropReason reason) {
  return reason < DropReason::kTxFull;
}

/// Why a frame that a rule might have selected went through unshaped.
enum class UnshapedReason : std::uint8_t {
  kTableFull,     // no room for one more connection
  kRegistryFull,  // no room for one more (client, server, port): k is unknown
  kMalformed,     // lengths that contradict each other
  kFragment,      // not a whole segment
  kWheelFull,     // no room in the wheel: forwarded at once
  kNoBuffer,      // no buffer for a RST: it was not sent
};
inline constexpr std::size_t kUnshapedReasons = 6;

/// Why a frame left later than was promised.
enum class LateCause : std::uint8_t {
  kLongTurns,   // the worker's own turns took so long, or it had more to do than goes into them
  kPortFull,    // the port did not take it
  kStolenCore,  // the worker was not running: a gap between turns that their work does not explain
};
inline constexpr std::size_t kLateCauses = 3;

/// The stages of a packet's way through a worker.
enum class Stage : std::uint8_t {
  kReceive,  // by the port's driver
  kParse,    // bytes to facts
  kLookup,   // the flow table
  kShape,    // track, decide, and let go or hold
  kRelease,  // wheel and limiter
  kSend,     // by the port's driver
};
inline constexpr std::size_t kStages = 6;

/// A port's traffic as one worker saw it.
struct alignas(64) PortCounters {
  Counter rx_frames, rx_bytes, tx_frames, tx_bytes;
  Counter tx_full;  // frames dropped because the port would not take them
};

/// Frames that were late for one cause.
struct LateCounters {
  Counter frames;
  Counter sum_ns, worst_ns;  // how late
};

struct alignas(64) WorkerCounters {
  Counter connections;      // HTTP connections seen
  Counter tcp_connections;  // TCP connections seen, of whatever protocol
  Counter exchanges;
  Counter evicted;  // connections forgotten before their time, because the table was full
  Counter latency_applied, jitter_applied, reset_applied;
  Counter jitter_drawn_ns;                   // sum of the stalls that struck
  Counter responses_held, response_held_ns;  // frames that left with a first byte, and how long they were held in all
  Counter reset_draws, jitter_draws;
  Counter injected, absorbed;
  Counter packets_drawn;                              // frames that packet rules were asked about
  Counter duplicated, corrupted, reordered, delayed;  // by packet rules
  Counter held;                                       // frames waiting now, in lanes and unsent batches (a gauge)
  Counter ecn_marked;                                 // in the queue before the limiter, in place of a drop
  std::array<Counter, 2> limited_bytes;               // that passed each budget's limiter, by its account
  Counter log_overflow;                               // decision records that found the ring full
  Counter early, out_of_order;                        // promises 1 and 2, checked on every held frame
  Counter turns, idle_turns;
  Counter bursts, burst_frames;                // polls of a port that found frames, and how many frames
  std::array<Counter, kStages> stage_cycles;   // of the turns that were taken apart (engine/stage_account.h)
  Counter accounted_received, accounted_sent;  // frames, in those turns
  std::array<Counter, kDropReasons> drops;
  std::array<Counter, kUnshapedReasons> unshaped;
  Counter shrunk;                                     // held frames that were copied into small buffers
  std::array<LateCounters, kLateCauses> late;         // frames later than promised (engine/late_account.h)
  Counter stolen_gaps, stolen_ns, longest_stolen_ns;  // gaps between turns that their work does not explain
  Histogram lateness_ns;                              // of every held frame: departure - due

  void count(UnshapedReason reason) { unshaped[static_cast<std::size_t>(reason)].add(1); }
};

}  // namespace weir
