// What a worker tells the log about a decision: a fixed-size record over a ring to the writer thread. A decision that
// holds a frame is told twice: when it is taken (with its number) and when it is done (kDone with the same number).
// Worker writes, the log's thread reads.
#pragma once

#include <cstdint>

#include "base/side.h"
#include "base/spsc_ring.h"
#include "base/time.h"
#include "flow/flow_key.h"

namespace weir {

enum class Event : std::uint8_t {
  kOpen,
  kClose,
  kLatency,
  kJitter,
  kReset,
  kRate,
  kDrop,  // in the queue before the limiter
  kMark,  // there, in place of a drop: congestion experienced
  kAbsorb,
  kLoss,  // by a packet rule, or in an outage that drops
  kDuplicate,
  kCorrupt,
  kReorder,
  kPhase,      // phase number `n` begins: of no connection
  kAsked,      // from `at` on is asked for what control calls by the number `n`: of no connection
  kDone,       // the frame of decision `number` left at `at`
  kAbandoned,  // the frame of decision `number` was dropped instead, at `at`
};

struct DecisionRecord {
  FlowKey key;
  Instant at;                   // when it was decided (kDone, kAbandoned: when it was done)
  Instant due_at;               // kLatency, kJitter: when the frame may leave
  double drawn = 0;             // ms for latency and jitter, bytes a second for rate, else the uniform draw in [0, 1)
  std::uint32_t number = 0;     // from 1, counted a worker; a done record follows for it; 0: complete in itself
  std::uint32_t n = 0;          // how many-th event of this kind on the connection, from 0
  std::uint32_t selection = 0;  // what `rule` is a number of (engine/scene.h)
  std::uint32_t k = 0;          // how many-th connection of its triple, from 0
  Event event = Event::kOpen;
  std::uint8_t rule = 0;   // number of the rule that it was decided by (impair/select.h); 255: none
  Side client = Side::kA;  // which end of the key is the client
  bool hit = true;         // false: drawn, and it did not strike
};

using DecisionRing = SpscRing<DecisionRecord>;

}  // namespace weir
