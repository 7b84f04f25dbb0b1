// The queue of a budget whose discipline chooses when packets leave, as one worker sees it: everything but tail drop
// bounded in time or bytes, which takes its tickets when packets join (engine/release.cc). Worker's thread.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "engine/lane_queues.h"
#include "rate/codel.h"
#include "rate/pie.h"

namespace weir {

/// Bytes that were promised to a queue and not used yet; not to a packet: the discipline says which one takes them. A
/// packet that takes n of them leaves when the capacity has reached next + n.
struct Grant {
  std::uint64_t next = 0;
  std::uint64_t end = 0;

  [[nodiscard]] std::uint64_t bytes() const { return end - next; }
};

struct QueueState {
  /// How the queue is served. Where the rules ask for another way, what waits moves over (engine/queue_move.h).
  enum class Service : std::uint8_t {
    kTickets,  // no queue of this kind: packets take a ticket when they join
    kFifo,     // in the order in which they joined
    kFair,     // each lane in turn
  };

  Service service = Service::kTickets;
  Service asked = Service::kTickets;  // by the rules; another one than `service` until the next turn begins
  Service moves_from = Service::kTickets;
  bool goes_on = false;  // not empty since the last grant
  bool waits = false;    // `mark` means something
  Grant grant;
  std::uint64_t mark = 0;          // of the packet that goes next
  std::uint64_t bytes = 0;         // that wait
  std::uint64_t packets = 0;       // that wait
  std::uint64_t most_packets = 0;  // that may wait, of all workers
  std::uint64_t draw_key = 0;      // PIE's draws hang on it
  std::uint64_t draws = 0;         // that it made
  Instant head_since;              // a packet in front of the head was dropped then
  std::uint32_t era = 0;           // of the limiter: how often another service was asked for
  std::uint32_t era_begun = 0;     // the last one in which what waits began to move over
  std::size_t to_move = 0;         // tickets of the service before, or lanes in its lists
  Codel codel;                     // kFifo
  Pie pie;
  LaneList fresh;            // kFair: lanes that have begun to send; in their first turn
  LaneList old;              // kFair: the others
  std::uint64_t listed = 0;  // lanes in either

  /// Some of what waits has not moved over yet: nothing is served, and what comes due waits in its lane.
  [[nodiscard]] bool is_moving() const { return to_move > 0; }
};

}  // namespace weir
