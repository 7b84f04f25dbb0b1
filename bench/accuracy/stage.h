// Workers between ports of plain memory, for benches that look at when frames leave: packets of a stock taken at the
// start, connections that always have another frame to say. Time is the caller's, simulated or real. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/worker.h"
#include "support/frames.h"

namespace weir::bench {

/// Packets with a buffer each; the last one given back is the next one out.
class PacketStock : public PacketSource {
 public:
  PacketStock(std::size_t packets, std::size_t buffer_bytes);
  [[nodiscard]] Frame allocate(std::uint32_t length) override;
  [[nodiscard]] PacketBytes bytes_of(const Packet& packet) const override;
  void free(std::span<Packet* const> packets) override;

 private:
  std::size_t buffer_bytes_;
  std::vector<Packet> packets_;
  std::unique_ptr<std::byte[]> bytes_;  // untouched until a frame needs it: most of a large stock never is
  std::vector<Packet*> free_;
};

/// Hands over what is put into `arriving`; what is sent stands in `left` until the bench has looked at it.
class StagePort : public Port {
 public:
  [[nodiscard]] std::size_t receive(std::span<Frame> into) override;
  [[nodiscard]] std::size_t send(std::span<Packet* const> packets) override;

  std::vector<Frame> arriving;
  std::vector<Packet*> left;

 private:
  std::size_t taken_ = 0;  // of arriving
};

/// What a bench reads off a frame of its own that leaves.
struct Stamp {
  std::uint32_t connection = 0;
  std::int64_t arrived_ns = 0;
};

struct StageSize {
  std::size_t workers = 1;
  std::uint32_t connections = 64;  // a worker
  std::uint32_t held = 65'536;     // a worker
  std::size_t payload = 64;        // bytes a data frame; at least a Stamp's
};

class Stage {
 public:
  Stage(const Rules& rules, const StageSize& size);

  /// Every connection opens and begins an exchange that never ends. Takes a second of simulated time, from 0 on.
  void open_all();

  /// A connection of a worker says one more data frame; false where the stock is empty.
  bool say(std::size_t worker, std::uint32_t connection, Side from, Instant now);

  /// poll and turn; what leaves stands in the ports.
  void turn(std::size_t worker, Instant now);

  /// Shows all that left at a side: look(packet, stamp, side it came from). Then its packets are free again.
  template <class Look>
  void clear(std::size_t worker, Look&& look) {
    for (const Side side : {Side::kA, Side::kB}) {
      StagePort& port = *lodgers_[worker]->ports[index_of(side)];
      for (Packet* packet : port.left) look(*packet, stamp_of(lodgers_[worker]->stock->bytes_of(*packet)), other(side));
      lodgers_[worker]->stock->free(port.left);
      port.left.clear();
    }
  }

  [[nodiscard]] const Worker& worker(std::size_t index = 0) const { return *lodgers_[index]->worker; }
  [[nodiscard]] std::size_t workers() const { return lodgers_.size(); }
  [[nodiscard]] std::size_t payload() const { return size_.payload; }

 private:
  struct Speaker {
    std::vector<std::byte> headers;  // as they stand in front of every data frame
    std::uint32_t next = 0;
  };
  struct Lodger {
    std::unique_ptr<PacketStock> stock;
    std::vector<std::byte> memory;
    std::array<std::unique_ptr<StagePort>, 2> ports;
    std::vector<LinkPorts> links;
    std::unique_ptr<Worker> worker;
    std::vector<std::array<Speaker, 2>> speakers;  // by connection
  };
  void build(Lodger& lodger, std::size_t index);
  void say_first(Lodger& lodger, Side from, const test::Bytes& frame);
  [[nodiscard]] static Stamp stamp_of(const PacketBytes& frame);

  const Rules rules_;
  const StageSize size_;
  ConnectionRegistry registry_;
  LinkOutages outages_;
  RulePacers pacers_;
  std::unique_ptr<Limiter> limiter_;
  std::vector<std::unique_ptr<Lodger>> lodgers_;
};

}  // namespace weir::bench
