// What the stages of one worker share: everything a packet may meet between receive and send. Built once by Worker;
// admit, hold, release and reset are functions over it. Worker's thread only, but for what is named as shared.
#pragma once

#include <cstdint>
#include <span>

#include "engine/drop.h"
#include "engine/recorder.h"
#include "engine/ticket_queue.h"
#include "engine/tx_batch.h"
#include "flow/connection_registry.h"
#include "flow/flow_table.h"
#include "http/fact_store.h"
#include "impair/rules.h"
#include "impair/select.h"
#include "rate/capacity.h"
#include "rate/limiter.h"
#include "wheel/timing_wheel.h"

namespace weir {

struct Pipeline {
  const Rules& rules;
  const Selector selector;       // of the rules
  ConnectionRegistry& registry;  // shared by all workers
  Limiter* limiter;              // shared by all workers; null where no speed is asked for
  PacketSource& source;
  WorkerCounters& counters;
  FlowTable flows;
  TimingWheel wheel;
  TicketQueue tickets;
  FactStore facts;    // heads of requests that are cut
  Capacity capacity;  // means something only with a limiter
  DropExit exit;
  Recorder recorder;
  std::span<TxBatch> batches = {};  // by link and the side they leave at
  std::uint64_t most_held;          // packets in lanes at a time
  std::uint64_t held = 0;           // packets in lanes
  std::uint64_t carried = 0;        // capacity.carried(now) of this turn

  /// What a rule does, by its number (impair/select.h); null for none.
  [[nodiscard]] const Impairments* impairments(std::uint8_t rule) const {
    if (rule == kDefaultRule) return &rules;
    return rule > rules.rules.size() ? nullptr : &rules.rules[rule - 1U].impair;
  }

  /// Where frames of a link leave towards a side.
  [[nodiscard]] TxBatch& towards(std::uint8_t link, Side side) { return batches[2U * link + index_of(side)]; }
};

}  // namespace weir
