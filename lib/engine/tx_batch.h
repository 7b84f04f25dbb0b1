// What leaves by one port: collected during a turn, flushed at its end, so that batching never delays a due frame by
// more than the turn it became due in. What the port does not take stays first in line. One a port and worker.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>

#include "engine/drop.h"
#include "engine/late_account.h"
#include "engine/port.h"

namespace weir {

class TxBatch {
 public:
  /// Where a batch leaves, and who captures it; no tap: nobody does.
  struct Place {
    std::uint8_t link = 0;
    Side side = Side::kA;
    FrameTap* tap = nullptr;
  };

  TxBatch(Port& port, PortCounters& counters, DropExit& exit, Place place)
      : port_(port), counters_(counters), exit_(exit), place_(place) {
    if (place.tap != nullptr) notes_ = std::make_unique<FrameNote[]>(kCapacity);
  }

  /// Whether frames are captured: notes mean something then.
  [[nodiscard]] bool is_tapped() const { return notes_ != nullptr; }

  /// Takes a packet that something was done to.
  void add(Packet& packet, std::uint32_t length, const FrameNote& note) {
    if (is_tapped() && end_ < kCapacity) notes_[end_] = note;
    add(packet, length);
  }

  /// Takes a packet to send, behind those added before. Only when the port has refused a whole batch of them is it
  /// dropped, as kTxFull.
  void add(Packet& packet, std::uint32_t length) {
    if (end_ == kCapacity) {
      counters_.tx_full.add(1);
      return exit_.drop(packet, DropReason::kTxFull, {.link = place_.link});
    }
    packets_[end_] = &packet;
    lengths_[end_++] = length;
  }

  /// Offers everything to the port, once. What had to wait for the port since an earlier turn is late by that long, and
  /// `late` learns of it, once a stop. How many left.
  std::size_t flush(Instant now, LateAccount& late) {
    if (end_ == 0) return 0;
    const std::size_t sent = is_tapped() ? send_tapped() : port_.send({packets_.data(), end_});
    if (sent > 0 && stopped_at_) late.note_waited_for_port(std::min(sent, waited_), now - *stopped_at_);
    if (sent > 0) stopped_at_.reset();
    if (sent < end_ && !stopped_at_) stopped_at_ = now;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < sent; ++i) bytes += lengths_[i];
    counters_.tx_frames.add(sent);
    counters_.tx_bytes.add(bytes);
    keep_from(sent);
    waited_ = end_;
    return sent;
  }

  [[nodiscard]] std::size_t unsent() const { return end_; }

  /// Drops what the port would not take; for the end of a run.
  void abandon() {
    for (std::size_t i = 0; i < end_; ++i) exit_.drop(*packets_[i], DropReason::kTxFull, {.link = place_.link});
    counters_.tx_full.add(end_);
    end_ = 0;
  }

 private:
  static constexpr std::size_t kCapacity = FrameTap::kMostAtOnce;

  // A packet that has been sent is another's: the tap copies before it is known how many were taken.
  [[nodiscard]] std::size_t send_tapped() {
    place_.tap->offer(place_.link, place_.side, {packets_.data(), end_}, {notes_.get(), end_});
    const std::size_t sent = port_.send({packets_.data(), end_});
    place_.tap->sent(sent);
    std::copy(notes_.get() + sent, notes_.get() + end_, notes_.get());
    std::fill(notes_.get() + (end_ - sent), notes_.get() + end_, FrameNote());
    return sent;
  }

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
  const Place place_;
  std::unique_ptr<FrameNote[]> notes_;  // as packets_; that of a packet that nothing was done to is empty
  std::array<Packet*, kCapacity> packets_{};
  std::array<std::uint32_t, kCapacity> lengths_{};
  std::size_t end_ = 0;
  std::size_t waited_ = 0;             // of those, how many the port has been offered before
  std::optional<Instant> stopped_at_;  // since when the port has not taken all
};

}  // namespace weir
