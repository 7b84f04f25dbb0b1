#include "engine/spread.h"

#include <algorithm>

#include "flow/flow_key.h"

namespace weir {

std::size_t worker_of(std::span<const std::byte> frame, Side side, std::uint8_t link, std::size_t workers) {
  TcpSegment segment;
  if (parse_frame(frame, segment) != FrameKind::kTcp) return 0;  // one worker keeps the order of all that is no TCP
  // The table takes its buckets from the upper half of the hash and its tags from the lowest bits: a worker chosen by
  // either would find its connections crowded into a part of its table.
  const std::uint64_t bits = (hash_of(make_flow_key(segment, side, link)) >> 16U) & 0xffffU;
  return static_cast<std::size_t>((bits * workers) >> 16U);
}

// Receives for all: keeps its own frames, hands the others on, and sends what the others left.
class SpreadDevice::OwnerPort : public Port {
 public:
  OwnerPort(Port& device, PacketSource& source, SpreadDevice& spread)
      : device_(device), source_(source), spread_(spread) {}

  std::size_t receive(std::span<Frame> into) override {
    send_for_others();
    if (!spread_.receives_.load(std::memory_order_relaxed)) return 0;
    const std::size_t count = device_.receive(into);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Frame frame = into[i];
      const std::size_t worker = destination_of(frame);
      if (worker == spread_.place_.owner) {
        into[kept++] = frame;
      } else if (!spread_.pairs_[worker]->received.push(frame)) {
        spread_.lost_.add(1);
        source_.free({&frame.packet, 1});
      }
    }
    return kept;
  }

  std::size_t send(std::span<Packet* const> packets) override { return device_.send(packets); }

 private:
  std::size_t destination_of(const Frame& frame) const {
    const SpreadPlace& place = spread_.place_;
    return worker_of(frame.span(), place.side, place.link, place.workers);
  }

  void send_for_others() {
    for (const auto& pair : spread_.pairs_) {
      if (pair == nullptr) continue;
      while (count_ < waiting_.size() && pair->to_send.pop(waiting_[count_])) ++count_;
      offer();
    }
  }

  void offer() {
    if (count_ == 0) return;
    const std::size_t sent = device_.send({waiting_.data(), count_});
    std::copy(waiting_.begin() + static_cast<std::ptrdiff_t>(sent),
              waiting_.begin() + static_cast<std::ptrdiff_t>(count_), waiting_.begin());
    count_ -= sent;
  }

  Port& device_;
  PacketSource& source_;
  SpreadDevice& spread_;
  std::array<Packet*, 64> waiting_{};  // taken from the others, not yet taken by the device
  std::size_t count_ = 0;
};

// The device by way of its owner; sending by a queue of its own where there is one.
class SpreadDevice::LodgerPort : public Port {
 public:
  LodgerPort(Pair& pair, Port* own_queue) : pair_(pair), own_queue_(own_queue) {}

  std::size_t receive(std::span<Frame> into) override {
    std::size_t count = 0;
    while (count < into.size() && pair_.received.pop(into[count])) ++count;
    return count;
  }

  std::size_t send(std::span<Packet* const> packets) override {
    if (own_queue_ != nullptr) return own_queue_->send(packets);
    std::size_t count = 0;
    while (count < packets.size() && pair_.to_send.push(packets[count])) ++count;
    return count;
  }

 private:
  Pair& pair_;
  Port* own_queue_;
};

SpreadDevice::SpreadDevice(std::span<Port* const> devices, PacketSource& source, SpreadPlace place) : place_(place) {
  std::size_t next_queue = 1;
  for (std::size_t worker = 0; worker < place.workers; ++worker) {
    if (worker == place.owner) {
      pairs_.push_back(nullptr);
      ports_.push_back(std::make_unique<OwnerPort>(*devices.front(), source, *this));
    } else {
      pairs_.push_back(std::make_unique<Pair>());
      Port* const own_queue = next_queue < devices.size() ? devices[next_queue++] : nullptr;
      ports_.push_back(std::make_unique<LodgerPort>(*pairs_.back(), own_queue));
    }
  }
}

}  // namespace weir
