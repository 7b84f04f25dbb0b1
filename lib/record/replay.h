// The engine in simulated time: one link, real workers, ports of plain memory. Time is that of the frames that arrive
// and of what is due between them; it leaps from one to the next, so that every instant is exact to the nanosecond and
// a run depends on nothing but its frames and its rules. Frames of one instant are admitted in the order in which they
// come, a turn for each run of them from one side. Conservation, order and lateness are counted as on a real link.
// One thread, whatever the number of workers.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/side.h"
#include "engine/decision_record.h"
#include "engine/worker.h"
#include "profile/conductor.h"
#include "record/carried_meter.h"
#include "record/memory_packets.h"
#include "record/statistics.h"

namespace weir {

struct ReplaySetup {
  const Rules& rules;  // those of the conductor's first scene, if there is one
  std::size_t workers = 1;
  std::size_t burst = kBurst;  // frames a turn, 1 to kBurst
  WorkerSizes sizes = {};      // of each worker
  std::uint32_t triples = 65'536;
  bool logs = false;                      // decisions are recorded
  bool captures = false;                  // frames are recorded
  SelectionListener* listener = nullptr;  // hears why rules are chosen
  Conductor* conductor = nullptr;         // of a run whose rules change; must outlive the replay
};

/// What a replay tells while it runs.
class ReplaySink {
 public:
  ReplaySink() = default;
  ReplaySink(const ReplaySink&) = delete;
  ReplaySink& operator=(const ReplaySink&) = delete;
  virtual ~ReplaySink() = default;

  /// A frame leaves at a side. Instants never go back from call to call.
  virtual void leaves(Instant at, Side side, std::span<const std::byte> frame, std::uint32_t original_length) = 0;

  /// All workers are about to have a turn; scenes to come have been built.
  virtual void before_turn(Instant /*now*/) {}

  /// All workers have had a turn: the moment to empty the rings of decisions.
  virtual void after_turn() {}
};

class Replay {
 public:
  /// Everything that is handed in must outlive the replay.
  Replay(const ReplaySetup& setup, ReplaySink& sink);
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;
  ~Replay();

  /// A frame comes in at a side. @param at never goes back from call to call.
  void arrive(Instant at, Side side, std::span<const std::byte> frame, std::uint32_t original_length);

  /// No more frames come: time goes on until nothing is due and nothing is held, or until it is stopped.
  void finish();

  /// Time goes on no more: finish drops what is held then. From after_turn, or between calls.
  void stop() { is_stopped_ = true; }

  /// A ring a worker; empty unless decisions are recorded.
  [[nodiscard]] std::span<DecisionRing* const> rings() const { return rings_; }

  /// A tap a worker; empty unless frames are recorded.
  [[nodiscard]] std::span<FrameTap* const> taps() const { return taps_; }

  /// What was carried before the present turn; nothing while that instant has not come. For the log, between turns.
  [[nodiscard]] std::optional<CarriedSums> carried(Instant not_before) const;

  /// Puts into `run` what only the replay knows: totals, duration (to the last frame in or out), the link's frames.
  void report(RunStatistics& run) const;

 private:
  class ReplayPort;
  struct Lodger;

  void admit_waiting();
  void run_until(Instant limit);
  void turn();
  void look_at_speed();
  void conduct();
  [[nodiscard]] Instant next_due() const;
  [[nodiscard]] std::uint64_t held() const;
  [[nodiscard]] Totals totals() const;
  [[nodiscard]] PortStatistics port_statistics(Side side) const;
  [[nodiscard]] CarriedSums sums_at(Instant at) const;

  const ReplaySetup setup_;
  ReplaySink& sink_;
  MemoryPackets packets_;
  ConnectionRegistry registry_;
  LinkOutages outages_;
  RulePacers rule_pacers_;
  std::array<std::unique_ptr<Limiter>, 2> limiters_;
  std::vector<std::unique_ptr<Lodger>> lodgers_;
  std::vector<DecisionRing*> rings_;
  std::vector<FrameTap*> taps_;

  Instant now_;            // of the last turn
  Instant last_frame_at_;  // in or out
  Instant waiting_at_;     // the frames that arrived and have not been admitted: all of one instant and side
  Side waiting_side_ = Side::kA;
  std::size_t waiting_ = 0;
  bool is_stopped_ = false;
  Instant look_at_ = Instant() + seconds(1);
  ActiveTime limiter_active_;
  CarriedSums carried_;  // before the last turn
};

}  // namespace weir
