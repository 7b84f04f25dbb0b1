// The drop exit: the only way out of the pipeline besides sending, and it takes a reason. Packets go back to their
// source in bursts. One a worker, on the worker's thread.
#pragma once

#include <array>
#include <cstddef>

#include "engine/frame_tap.h"
#include "engine/packet_source.h"
#include "engine/worker_counters.h"

namespace weir {

class DropExit {
 public:
  /// @param tap null where frames are not captured.
  DropExit(PacketSource& source, WorkerCounters& counters, FrameTap* tap = nullptr)
      : source_(source), counters_(counters), tap_(tap) {}

  /// Counts the packet under its reason and gives it back; it must not be touched afterwards.
  void drop(Packet& packet, DropReason reason, const FrameNote& note) {
    counters_.drops[static_cast<std::size_t>(reason)].add(1);
    if (tap_ != nullptr) tap_->ended(Sighting::kDropped, packet, static_cast<std::uint8_t>(reason), note);
    give_back(packet);
  }

  /// The same for a retransmission of what is held already: absorbed, not lost.
  void absorb(Packet& packet, const FrameNote& note) {
    counters_.absorbed.add(1);
    if (tap_ != nullptr) tap_->ended(Sighting::kAbsorbed, packet, 0, note);
    give_back(packet);
  }

  /// Hands what was dropped to the source; called once a turn.
  void flush() {
    source_.free({waiting_.data(), count_});
    count_ = 0;
  }

 private:
  void give_back(Packet& packet) {
    if (count_ == waiting_.size()) flush();
    waiting_[count_++] = &packet;
  }

  PacketSource& source_;
  WorkerCounters& counters_;
  FrameTap* const tap_;
  std::array<Packet*, 64> waiting_{};
  std::size_t count_ = 0;
};

}  // namespace weir
