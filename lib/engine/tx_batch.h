// What leaves by one port: collected during a turn, flushed at its end, so that batching never delays a due frame by
// more than the turn it became due in. What the port does not take stays first in line. One a port and worker.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "engine/drop.h"
#include "engine/port.h"

namespace weir {

class TxBatch {
 public:
  TxBatch(Port& port, PortCounters& counters, DropExit& exit) : port_(port), counters_(counters), exit_(exit) {}

  /// Takes a packet to send, behind those added before. Only when the port has refused a whole batch of them is it
  /// dropped, as kTxFull.
  void add(Packet& packet, std::uint32_t length) {
    if (end_ == kCapacity) {
      counters_.tx_full.add(1);
      return exit_.drop(packet, DropReason::kTxFull);
    }
    packets_[end_] = &packet;
    lengths_[end_++] = length;
  }

  /// Offers everything to the port, once. What had to wait for the port since an earlier turn is late by that long, and
  /// `lateness_ns` learns of it, once a stop. How many left.
  std::size_t flush(Instant now, Histogram& lateness_ns) {
    if (end_ == 0) return 0;
    const std::size_t sent = port_.send({packets_.data(), end_});
    if (sent > 0 && stopped_at_) lateness_ns.record(static_cast<std::uint64_t>((now - *stopped_at_).nanoseconds()));
    if (sent > 0) stopped_at_.reset();
    if (sent < end_ && !stopped_at_) stopped_at_ = now;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < sent; ++i) bytes += lengths_[i];
    counters_.tx_frames.add(sent);
    counters_.tx_bytes.add(bytes);
    keep_from(sent);
    return sent;
  }

  [[nodiscard]] std::size_t unsent() const { return end_; }

  /// Drops what the port would not take; for the end of a run.
  void abandon() {
    for (std::size_t i = 0; i < end_; ++i) exit_.drop(*packets_[i], DropReason::kTxFull);
    counters_.tx_full.add(end_);
    end_ = 0;
  }

 private:
  static constexpr std::size_t kCapacity = 1024;

  void keep_from(std::size_t sent) {
    std::copy(packets_.begin() + static_cast<std::ptrdiff_t>(sent),
              packets_.begin() + static_cast<std::ptrdiff_t>(end_), packets_.begin());
    std::copy(lengths_.begin() + static_cast<std::ptrdiff_t>(sent),
              lengths_.begin() + static_cast<std::ptrdiff_t>(end_), lengths_.begin());
    end_ -= sent;
  }

  Port& port_;
  PortCounters& counters_;
  DropExit& exit_;
  std::array<Packet*, kCapacity> packets_{};
  std::array<std::uint32_t, kCapacity> lengths_{};
  std::size_t end_ = 0;
  std::optional<Instant> stopped_at_;  // since when the port has not taken all
};

}  // namespace weir
