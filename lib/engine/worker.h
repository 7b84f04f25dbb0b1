// A worker: one core, one wheel, one loop. A turn is poll() and then turn(now): the clock is read once, between the
// two, so that an instant is never earlier than the arrival of the frames it stands for. Knows no DPDK: the same worker
// runs on a NIC, on a capture and in simulated time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/admit.h"
#include "engine/pipeline.h"

namespace weir {

/// The two ports of a link, as this worker uses them.
struct LinkPorts {
  Port& a;
  Port& b;
};

/// How much a worker can remember. All of it is taken at the start.
struct WorkerSizes {
  std::uint32_t flows = 65'536;           // connections at a time
  std::uint32_t held = 65'536;            // packets in lanes at a time; one more is dropped by name
  std::uint32_t held_large = UINT32_MAX;  // of those, in buffers of full size; one more is copied, or dropped by name
};

/// How many limiters a run has: none, one for all traffic, or one for each direction.
[[nodiscard]] std::size_t budgets_of(const Rules& rules);

/// The range of rates of a limiter: the one and only, or that of the frames that come in at A (0) and at B (1).
[[nodiscard]] RateRange rates_of(const SpeedRule& speed, std::size_t budget);

/// What a budget's rate hangs on. One that the rules do not ask for lets everything pass at once: what holds tickets of
/// it from before leaves.
[[nodiscard]] RateLaw rate_law(const Rules& rules, std::size_t budget);

struct WorkerSetup {
  const Rules& rules;
  std::span<const LinkPorts> links;
  PacketSource& source;
  ConnectionRegistry& registry;           // shared by all workers
  LinkOutages& outages;                   // shared by all workers
  RulePacers& rule_pacers;                // shared by all workers
  Limiters limiters{};                    // shared by all workers; as many as budgets_of(rules)
  DecisionRing* decisions = nullptr;      // null: no log
  SelectionListener* listener = nullptr;  // hears why rules are chosen; null on a link
  FrameTap* tap = nullptr;                // null: no capture
  bool accounts_cycles = false;           // by stage of a packet's way (engine/stage_account.h)
  Duration late_after{INT64_MAX};         // frames later than this are counted by cause (engine/late_account.h)
  bool leads = true;                      // exactly one worker of a run logs what belongs to no connection
  WorkerSizes sizes = {};
  std::span<std::byte> memory;  // at least Worker::bytes_for(sizes), 64-byte aligned
  /// The first of a chain of scenes that control may go on with; then both limiters are there, and `rules` are those of
  /// this scene. Null: `rules` hold for the whole run.
  const Scene* scene = nullptr;
};

class Worker {
 public:
  [[nodiscard]] static std::size_t bytes_for(const WorkerSizes& sizes);

  /// Allocates what does not lie in setup.memory: the last time that this worker allocates.
  explicit Worker(const WorkerSetup& setup);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Takes what has come in at every port, up to kBurst frames each.
  void poll();

  /// In poll's place while a run drains: takes nothing in, but lets a shared port send what other workers left with it.
  void poll_nothing();

  /// Admits what poll took, releases what is due at `now`, sends. `now` never goes back.
  void turn(Instant now);

  /// The earliest instant at which turn has something to do without new frames; not after the last turn's `now` if work
  /// is left over, Instant::never() when nothing waits. For runs in simulated time.
  [[nodiscard]] Instant next_due() const;

  /// Packets that wait, in lanes and in tx batches.
  [[nodiscard]] std::uint64_t held() const;

  /// Drops whatever still waits as kStopped; for the end of a run.
  void abandon_held(Instant now);

  /// The number of the scene that this worker is in: it will never look at an earlier one again. Any thread.
  [[nodiscard]] std::uint64_t scene_reached() const { return scene_reached_.load(std::memory_order_acquire); }

  [[nodiscard]] const WorkerCounters& counters() const { return *counters_; }
  [[nodiscard]] const PortCounters& port_counters(std::size_t link, Side side) const {
    return port_counters_[2 * link + index_of(side)];
  }

 private:
  struct Received {
    Port* port;
    std::size_t count = 0;
    std::array<Frame, kBurst> frames;
  };

  void go_on_to(Instant now);
  void enter(const Scene& scene, Instant begins_at);
  void set_limits(Instant begins_at);
  std::size_t admit_received(Instant now);
  void forward_untouched(std::size_t entrance);
  void begin_turn(Budget& budget, Instant now);
  void note_redraw(Budget& budget, Instant now);
  void sweep(Instant now);
  std::size_t flush();

  std::unique_ptr<const Scene> own_scene_;  // of a run whose rules stay
  std::unique_ptr<WorkerCounters> counters_;
  std::vector<PortCounters> port_counters_;  // by link and side
  std::vector<Received> received_;           // by link and side
  Pipeline pipeline_;
  std::vector<TxBatch> batches_;  // by link and side
  FrameTap* const tap_;           // null: no capture
  bool untouched_;                // nothing to do for anyone: frames are not even parsed
  bool leads_;
  std::atomic<std::uint64_t> scene_reached_{0};  // worker writes, control reads
  std::uint32_t sweep_slot_ = 0;
  Instant sweep_at_;
  Instant last_turn_at_;
};

}  // namespace weir
