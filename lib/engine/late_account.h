// Why frames leave late: what lies between two turns of a worker is held against what it moved in between. A gap that
// its frames do not explain is time in which the core was taken away; the rest is a loop that is too long. Decides
// nothing. Worker's thread; control reads the counters.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "engine/worker_counters.h"

namespace weir {

class LateAccount {
 public:
  /// A gap up to here is nobody's fault: interrupts, and a turn that moves little.
  static constexpr Duration kShortGap = microseconds(10);
  /// A gap is explained by the frames moved in it when they would usually take an eighth of it.
  static constexpr std::uint64_t kGenerosity = 8;

  /// @param late_after a frame is late when it leaves more than this after its due time. Duration(INT64_MAX): none ever
  /// is, and no gaps are kept, as in simulated time, which leaps.
  LateAccount(WorkerCounters& counters, Duration late_after) : counters_(counters), late_after_(late_after) {}

  /// A turn has begun with so many frames. To be called before anything is released.
  void begin_turn(Instant now, std::size_t received) {
    const std::uint64_t moved = moved_ + received;
    const auto gap = static_cast<std::uint64_t>((now - last_at_).nanoseconds());
    const bool is_first = last_at_ == Instant::never();
    last_at_ = now;
    moved_ = received;
    if (is_first || !keeps()) return;
    if (gap > static_cast<std::uint64_t>(kShortGap.nanoseconds()) && !explains(moved, gap)) return note_stolen(gap);
    if (moved > 0 && gap > 0) learn(moved, gap);  // several turns at one instant, as in simulated time, teach nothing
  }

  /// The turn is over, and so many frames were sent in it. @param caught_up nothing that was due is left over.
  void end_turn(std::size_t sent, bool caught_up) {
    moved_ += sent;
    if (caught_up) stolen_ns_ = 0;
  }

  /// Held frames leave so long after their due time (less than 0: as if on time).
  void note(Duration lateness, std::size_t frames) {
    if (frames == 0) return;
    counters_.lateness_ns.record(static_cast<std::uint64_t>(lateness > Duration() ? lateness.nanoseconds() : 0),
                                 frames);
    if (lateness > late_after_) note_late(frames, lateness, LateCause::kLongTurns);
  }

  /// So many frames have left that their port had not taken for so long. One value for lateness: they waited together.
  void note_waited_for_port(std::size_t frames, Duration waited) {
    counters_.lateness_ns.record(static_cast<std::uint64_t>(waited.nanoseconds()));
    if (waited > late_after_) note_late(frames, waited, LateCause::kPortFull);
  }

 private:
  [[nodiscard]] bool keeps() const { return late_after_ != Duration(INT64_MAX); }

  // Whether `gap` is within kGenerosity times what so many frames usually take.
  [[nodiscard]] bool explains(std::uint64_t moved, std::uint64_t gap) const {
    return gap / kGenerosity <= moved * usual_ns_ / usual_frames_;
  }

  void learn(std::uint64_t moved, std::uint64_t gap) {
    usual_ns_ += gap;
    usual_frames_ += moved;
    if (usual_frames_ < kMemory) return;
    usual_ns_ /= 2;
    usual_frames_ /= 2;
  }

  void note_stolen(std::uint64_t gap_ns);
  void note_late(std::size_t frames, Duration lateness, LateCause otherwise);

  static constexpr std::uint64_t kMemory = 1U << 20U;  // frames; half of it is forgotten at a time

  WorkerCounters& counters_;
  const Duration late_after_;
  Instant last_at_ = Instant::never();
  std::uint64_t moved_ = 0;          // frames, since the last turn began
  std::uint64_t stolen_ns_ = 0;      // since the worker last had nothing left over
  std::uint64_t usual_ns_ = 64'000;  // what usual_frames_ took in turns whose length they explain;
  std::uint64_t usual_frames_ = 64;  // before it is known, 1 us a frame
};

}  // namespace weir
