// What the stages of one worker share: everything a packet may meet between receive and send. Built once by Worker;
// admit, hold, release and reset are functions over it. Worker's thread only, but for what is named as shared.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "engine/budget.h"
#include "engine/burst.h"
#include "engine/charge.h"
#include "engine/drop.h"
#include "engine/duties.h"
#include "engine/late_account.h"
#include "engine/link_outages.h"
#include "engine/recorder.h"
#include "engine/scene.h"
#include "engine/selection_listener.h"
#include "engine/stage_account.h"
#include "engine/tx_batch.h"
#include "flow/connection_registry.h"
#include "flow/flow_table.h"
#include "http/fact_store.h"
#include "impair/rules.h"
#include "impair/select.h"
#include "rate/pacer.h"
#include "wheel/timing_wheel.h"

namespace weir {

/// The turns at rules' own rates, by the number of the rule.
using RulePacers = std::array<SharedPacer, Rules::kMostRules + 1>;

struct Pipeline {
  const Scene* scene;            // in force this turn
  Duties duties;                 // of its rules
  Tariff tariff;                 // of its speed rule; without one it means nothing
  ConnectionRegistry& registry;  // shared by all workers
  LinkOutages& outages;          // shared by all workers
  RulePacers& rule_pacers;       // shared by all workers
  PacketSource& source;
  WorkerCounters& counters;
  FlowTable flows;
  TimingWheel wheel;
  FactStore facts;                // heads of requests that are cut
  PieceStore pieces;              // what was handed over behind holes
  std::array<Budget, 2> budgets;  // the first for both directions, or one each; no limiter: no budget
  StageAccount account;
  LateAccount late;
  DropExit exit;
  Recorder recorder;
  SelectionListener* listener = nullptr;    // null on a link
  std::span<TxBatch> batches = {};          // by link and the side they leave at
  std::uint64_t most_held;                  // packets in lanes at a time
  std::uint64_t held = 0;                   // packets in lanes
  std::uint64_t most_large = UINT64_MAX;    // of those, in buffers of full size: the rest is for the ports
  std::uint64_t shrinks_from = UINT64_MAX;  // from so many of them on, what fits is copied into small buffers
  std::uint32_t small_room = 0;             // the longest frame that fits
  std::uint64_t large = 0;                  // packets in lanes, in buffers of full size
  std::size_t limits = 0;                   // budgets that the scene asks for: none, one for all, or one a direction
  std::uint32_t second = 0;                 // of the run, this turn
  Burst burst = {};                         // that admit is at
  bool stalls = false;                      // some rule stalls what waits: tickets would be void then
  std::uint8_t traffic_so_far = 0;  // kinds that any scene up to now has selected: such flows may hold something

  [[nodiscard]] const Rules& rules() const { return scene->rules; }
  [[nodiscard]] const QueueDiscipline& discipline() const {
    static constexpr QueueDiscipline kPlain;  // what waits for a limit that is gone
    return scene->rules.speed ? scene->rules.speed->discipline : kPlain;
  }
  [[nodiscard]] const Selector& selector() const { return scene->selection->selector; }

  /// What the packets of a lane are limited by. Those behind packets that wait for a budget wait for the same one,
  /// whatever the rules have become: so the lane keeps its order.
  [[nodiscard]] Budget* budget_of(const Flow& flow, Side from) {
    if (flow.lanes[index_of(from)].last_ticketed == nullptr) return budget_of(from);
    return &budgets[(flow.budget >> index_of(from)) & 1U];
  }

  /// What the packets that come in at a side are limited by; null where nothing limits.
  [[nodiscard]] Budget* budget_of(Side from) {
    if (limits == 0) return nullptr;
    return &budgets[limits == 2 ? index_of(from) : 0];
  }

  /// Bytes have passed a budget's limiter.
  void count_limited(const Budget& budget, std::uint64_t bytes) {
    counters.limited_bytes[static_cast<std::size_t>(&budget - budgets.data())].add(bytes);
  }

  /// How wheel, tickets and queues name a lane: void once its epoch has moved on.
  [[nodiscard]] LaneReference reference_to(const Flow& flow, Side from) const {
    return {flows.slot_of(&flow), flow.lanes[index_of(from)].epoch, from};
  }

  /// Whether one more packet may be held in the buffer that it came in.
  [[nodiscard]] bool has_room_to_hold() const { return held < most_held && large < most_large && large < shrinks_from; }

  /// Until when the outage of a flow lasts, its own or its link's.
  [[nodiscard]] Instant stalled_until(const Flow& flow) const {
    return std::max(flow.stalled_until, outages.until(link_of(flow.key)));
  }

  /// What a rule does, by its number (impair/select.h); null for none.
  [[nodiscard]] const Impairments* impairments(std::uint8_t rule) const {
    if (rule == kDefaultRule) return &rules();
    return rule > rules().rules.size() ? nullptr : &rules().rules[rule - 1U].impair;
  }

  /// Where frames of a link leave towards a side.
  [[nodiscard]] TxBatch& towards(std::uint8_t link, Side side) { return batches[2U * link + index_of(side)]; }
};

}  // namespace weir
