// The worker's end of a capture: copies the frames that come in, leave and are dropped into a ring of bytes, each with
// what was done to it. It exists only where a capture was asked for: without one a worker asks once a burst whether it
// does. A full ring is counted and never waited for. One a worker, on the worker's thread; what is named as the
// consumer's is another thread's.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/counters.h"
#include "base/record_ring.h"
#include "base/side.h"
#include "engine/frame_note.h"
#include "engine/packet_source.h"

namespace weir {

/// What a record of a tap is about.
enum class Sighting : std::uint8_t {
  kArrived,   // came in at a side
  kLeft,      // left at a side
  kDropped,   // ended here; `reason` is its DropReason
  kAbsorbed,  // ended here, a retransmission of what is held
};

/// A record of a tap begins with this; the frame's bytes follow.
struct TapRecord {
  Instant at = {};  // the turn
  FrameNote note = {};
  std::uint32_t original_length = 0;
  Sighting sighting = Sighting::kArrived;
  std::uint8_t link = 0;
  Side side = Side::kA;
  std::uint8_t reason = 0;
  std::uint32_t selection = 0;  // that note.rule is a number of (engine/scene.h)
};

/// Whoever empties a ring in simulated time, where nobody does so beside the worker.
class TapDrain {
 public:
  TapDrain() = default;
  TapDrain(const TapDrain&) = delete;
  TapDrain& operator=(const TapDrain&) = delete;
  virtual ~TapDrain() = default;

  virtual void drain() = 0;
};

class FrameTap {
 public:
  /// @param source of the worker's packets; must outlive the tap.
  FrameTap(const PacketSource& source, std::size_t ring_bytes) : source_(source), ring_(ring_bytes) {}
  FrameTap(const FrameTap&) = delete;
  FrameTap& operator=(const FrameTap&) = delete;

  /// All that follows happens at `now`.
  void begin_turn(Instant now) {
    now_ = now;
    turn_at_.store(now.nanoseconds(), std::memory_order_release);
  }

  /// From here rules are called by the names of this selection.
  void use_selection(std::uint32_t number) { selection_ = number; }

  void arrived(std::uint8_t link, Side side, std::span<const Frame> frames);

  /// Writes what a port is about to be offered, at most kMostAtOnce packets.
  static constexpr std::size_t kMostAtOnce = 1'024;
  void offer(std::uint8_t link, Side side, std::span<Packet* const> packets, std::span<const FrameNote> notes);
  /// The port took so many of them; the others were not sent, and will be offered again.
  void sent(std::size_t count);

  void ended(Sighting sighting, Packet& packet, std::uint8_t reason, const FrameNote& note);

  /// The consumer's: nothing before this instant will be written any more.
  [[nodiscard]] Instant complete_before() const { return Instant(turn_at_.load(std::memory_order_acquire)); }
  [[nodiscard]] RecordRing& ring() { return ring_; }
  /// Records that found the ring full. Any thread.
  [[nodiscard]] std::uint64_t lost() const { return lost_.value(); }

  /// For simulated time, before the first turn.
  void drain_by(TapDrain& drain) { drain_ = &drain; }

 private:
  void write(const TapRecord& record, const Packet& packet);

  const PacketSource& source_;
  RecordRing ring_;
  Counter lost_;  // worker writes, control reads
  Instant now_;
  std::uint32_t selection_ = 0;
  std::atomic<std::int64_t> turn_at_{0};  // worker writes, the consumer reads
  TapDrain* drain_ = nullptr;
  std::array<std::size_t, kMostAtOnce> marks_{};  // behind each offered packet's record
  std::array<bool, kMostAtOnce> missing_{};       // for which there was no room
};

}  // namespace weir
