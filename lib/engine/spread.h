// One device, several workers: where a port cannot spread connections over queues itself (or spreads the two directions
// of one to different queues), one worker receives for all and hands each frame to the worker of its connection over a
// single-producer ring; what the others send comes back over rings and leaves in its hands. Both directions of a
// connection have one key, so they meet at one worker on whichever device they came in. Frames that are not whole TCP
// segments stay with the owner. Built by control; each port object is used by one worker's thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/counters.h"
#include "base/side.h"
#include "base/spsc_ring.h"
#include "engine/packet_source.h"
#include "engine/port.h"

namespace weir {

/// Which of `workers` a frame belongs to that came in at `side` of `link`.
[[nodiscard]] std::size_t worker_of(std::span<const std::byte> frame, Side side, std::uint8_t link,
                                    std::size_t workers);

/// Where a device stands, and who polls it.
struct SpreadPlace {
  std::uint8_t link = 0;
  Side side = Side::kA;
  std::size_t owner = 0;  // the worker that receives and sends for all
  std::size_t workers = 1;
};

class SpreadDevice {
 public:
  /// @param devices the device's queues: the owner receives and sends by the first; each further one carries what one
  /// other worker sends, and workers for which there is none send by way of the owner. @param source the owner's: takes
  /// back frames for which a ring had no room. All must outlive this.
  SpreadDevice(std::span<Port* const> devices, PacketSource& source, SpreadPlace place);
  SpreadDevice(const SpreadDevice&) = delete;
  SpreadDevice& operator=(const SpreadDevice&) = delete;

  /// The device as one worker sees it.
  [[nodiscard]] Port& port_for(std::size_t worker) { return *ports_[worker]; }

  /// From here the device is asked for no more frames; those that are on their way to a worker still reach it. Any
  /// thread.
  void stop_receiving() { receives_.store(false, std::memory_order_relaxed); }

  /// Frames that were lost because the ring to their worker was full.
  [[nodiscard]] std::uint64_t lost() const { return lost_.value(); }

 private:
  static constexpr std::size_t kRingFrames = 4'096;

  // What connects the owner with one other worker.
  struct Pair {
    SpscRing<Frame> received{kRingFrames};
    SpscRing<Packet*> to_send{kRingFrames};
  };
  class OwnerPort;
  class LodgerPort;

  SpreadPlace place_;
  std::vector<std::unique_ptr<Pair>> pairs_;  // by worker; none for the owner
  std::vector<std::unique_ptr<Port>> ports_;  // by worker
  Counter lost_;                              // the owner writes
  std::atomic<bool> receives_{true};          // control writes, the owner reads
};

}  // namespace weir
