// Frames of many HTTP connections out of plain memory, made as they are received and forgotten as they are sent: what a
// worker is measured with where ports cost little. Every connection speaks exchanges, one after another: a request, a
// response in so many frames of 60 to 91 bytes, and the client's delayed ACKs of the responses before it.
// One worker's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/side.h"
#include "engine/admit.h"
#include "engine/packet_source.h"
#include "engine/port.h"
#include "support/huge_memory.h"

namespace weir::bench {

/// Buffers of a packet and 128 bytes, last freed first taken.
class SmallBuffers : public PacketSource {
 public:
  explicit SmallBuffers(std::size_t buffers);
  [[nodiscard]] Frame allocate(std::uint32_t length) override;
  [[nodiscard]] PacketBytes bytes_of(const Packet& packet) const override;
  void free(std::span<Packet* const> packets) override;
  [[nodiscard]] std::size_t free_count() const { return free_.size(); }

 private:
  struct Buffer {
    Packet packet;
    std::array<std::byte, 128> bytes;
  };
  HugeMemory memory_;
  std::vector<Packet*> free_;
};

/// What the connections of a bench do.
struct TrafficShape {
  std::uint32_t connections = 8'192;  // a power of two
  std::uint32_t response_frames = 8;
  std::uint32_t acks = 4;  // of the client, an exchange
};

/// Both ends of all connections. Each side's frames come in bursts of whole exchanges, a request always in an earlier
/// or the same turn as its response, and before it.
class MadeTraffic {
 public:
  explicit MadeTraffic(const TrafficShape& shape);

  /// The next frames that come in at a side; at most kBurst. @return how many.
  std::size_t make(Side at, std::span<Frame> into, SmallBuffers& buffers);
  /// Frames of a turn, both sides together, once all connections are open.
  [[nodiscard]] std::size_t frames_a_turn() const;
  /// Whether the handshakes of all connections have been made.
  [[nodiscard]] bool is_open() const { return opened_[0] == shape_.connections && opened_[1] == shape_.connections; }

 private:
  struct Ends {
    std::uint32_t client_next = 1'000;
    std::uint32_t server_next = 500'000;
    std::uint32_t acknowledged = 500'000;  // of the server's bytes, by ACKs made so far
  };
  struct Template;
  struct Fields;

  std::size_t make_handshakes(Side at, std::span<Frame> into, SmallBuffers& buffers);
  std::size_t make_of_client(std::span<Frame> into, SmallBuffers& buffers);
  std::size_t make_of_server(std::span<Frame> into, SmallBuffers& buffers);
  [[nodiscard]] std::uint32_t connection(std::uint32_t turn) const;

  TrafficShape shape_;
  std::uint32_t exchanges_a_turn_;
  HugeMemory memory_;
  std::span<Ends> ends_;
  std::array<std::uint32_t, 2> opened_{};  // handshakes made, by side
  std::array<std::uint32_t, 2> begun_{};   // exchanges, by side
};

/// A port that traffic comes in at; what is sent goes back to the buffers.
class MadePort : public Port {
 public:
  MadePort(MadeTraffic& traffic, SmallBuffers& buffers, Side side)
      : traffic_(traffic), buffers_(buffers), side_(side) {}
  [[nodiscard]] std::size_t receive(std::span<Frame> into) override { return traffic_.make(side_, into, buffers_); }
  [[nodiscard]] std::size_t send(std::span<Packet* const> packets) override {
    buffers_.free(packets);
    return packets.size();
  }

 private:
  MadeTraffic& traffic_;
  SmallBuffers& buffers_;
  Side side_;
};

}  // namespace weir::bench
