// A bench in simulated time: one link, real workers, ports of plain memory, and time that is moved by hand. After every
// turn of every worker conservation is checked: received + injected = sent + dropped + absorbed + held; and every
// segment that leaves is held against what arrived: the same bytes, in the order of its connection and direction.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/worker.h"
#include "support/frames.h"

namespace weir::test {

/// Packets out of plain memory, each in a buffer of its own; knows how many are out.
class FakeSource : public PacketSource {
 public:
  [[nodiscard]] Frame allocate(std::uint32_t length) override;
  void free(std::span<Packet* const> packets) override;
  [[nodiscard]] PacketBytes bytes_of(const Packet& packet) const override;
  [[nodiscard]] std::uint32_t small_room() const override { return small_room_; }
  [[nodiscard]] Packet* shrink(Packet& packet) override;

  /// Puts bytes into a fresh packet, as a NIC does.
  [[nodiscard]] Frame receive(const Bytes& bytes);
  /// The bytes of a packet that was sent; the packet is free afterwards.
  [[nodiscard]] Bytes take(Packet* packet);
  [[nodiscard]] std::size_t in_use() const { return in_use_; }
  /// So many small buffers, for frames up to so long. Before a worker is made: it asks once.
  void have_small(std::size_t buffers, std::uint32_t room);
  [[nodiscard]] std::size_t small_in_use() const { return small_in_use_; }
  /// From now on allocate finds no buffer.
  void run_dry() { dry_ = true; }

 private:
  struct Buffer {
    Packet packet;
    Bytes bytes;
  };
  static Buffer& buffer_of(Packet* packet) { return *reinterpret_cast<Buffer*>(packet); }
  Buffer& fresh();

  std::vector<std::unique_ptr<Buffer>> buffers_;
  std::vector<Buffer*> free_;
  std::size_t in_use_ = 0;
  std::size_t small_buffers_ = 0;
  std::size_t small_in_use_ = 0;
  std::uint32_t small_room_ = 0;
  bool dry_ = false;
};

class FakePort : public Port {
 public:
  explicit FakePort(FakeSource& source) : source_(source) {}
  [[nodiscard]] std::size_t receive(std::span<Frame> into) override;
  [[nodiscard]] std::size_t send(std::span<Packet* const> packets) override;

  std::deque<Frame> arriving;
  std::vector<Bytes> sent;
  std::size_t takes = SIZE_MAX;  // packets that send accepts before it refuses

 private:
  FakeSource& source_;
};

/// A frame as it left the bench.
struct Departure {
  Instant at;
  Bytes frame;
};

/// Small buffers of a FakeSource.
struct SmallBuffers {
  std::size_t buffers = 0;
  std::uint32_t room = 0;
};

class SimBench {
 public:
  /// Frames later than this are counted by cause.
  static constexpr Duration kLateAfter = milliseconds(1);

  /// @param scene the first of a chain that begins with these rules; null: they hold all the time.
  /// @param small buffers that the source has besides.
  explicit SimBench(const Rules& rules, std::size_t workers = 1, WorkerSizes sizes = {.flows = 1'024, .held = 4'096},
                    const Scene* scene = nullptr, SmallBuffers small = {});
  SimBench(const SimBench&) = delete;
  SimBench& operator=(const SimBench&) = delete;

  /// A frame comes in at a side, for the worker that its connection belongs to. It is seen by the next turn.
  void arrive(Side at, const Bytes& frame);
  /// A turn of every worker at the present instant.
  void turn();
  /// Moves time on, turn by turn, stopping at each instant at which something is due.
  void run_until(Instant until);
  void run_for(Duration span) { run_until(now_ + span); }
  /// Moves time on in steps of a fixed length, as a loop that polls.
  void poll_until(Instant until, Duration step);
  /// A turn so long after the one before, whatever is due in between: as when the core was taken away.
  void turn_after(Duration gap) {
    now_ = now_ + gap;
    turn();
  }

  [[nodiscard]] Instant now() const { return now_; }
  /// From here frames may leave changed, twice, out of order or made by weir: a rule asks for it. Conservation is still
  /// checked.
  void expect_changes() { expects_changes_ = true; }
  /// What has left at a side so far, in order.
  [[nodiscard]] const std::vector<Departure>& left(Side at) const { return departures_[index_of(at)]; }
  void forget_departures();
  /// All decision records so far, by worker, in order.
  [[nodiscard]] const std::vector<DecisionRecord>& decisions() const { return decisions_; }

  [[nodiscard]] Worker& worker(std::size_t index = 0) { return *workers_[index]->worker; }
  [[nodiscard]] const WorkerCounters& counters(std::size_t index = 0) const {
    return workers_[index]->worker->counters();
  }
  [[nodiscard]] FakePort& port(Side side, std::size_t index = 0) { return *workers_[index]->ports[index_of(side)]; }
  [[nodiscard]] FakeSource& source() { return source_; }
  [[nodiscard]] std::uint64_t drops(DropReason reason) const;
  [[nodiscard]] std::uint64_t unshaped(UnshapedReason reason) const;

 private:
  // A worker with what it needs.
  struct Lodger {
    std::vector<std::byte> memory;
    std::unique_ptr<DecisionRing> ring;
    std::array<std::unique_ptr<FakePort>, 2> ports;
    std::vector<LinkPorts> links;
    std::unique_ptr<Worker> worker;
  };
  void collect(Lodger& lodger);
  void check_conservation(const Lodger& lodger) const;
  void check_against_arrivals(Side left_at, const Bytes& frame);

  const Rules rules_;
  FakeSource source_;
  ConnectionRegistry registry_;
  LinkOutages outages_;
  RulePacers rule_pacers_;
  std::array<std::unique_ptr<Limiter>, 2> limiters_;
  std::vector<std::unique_ptr<Lodger>> workers_;
  std::array<std::vector<Departure>, 2> departures_;
  std::vector<DecisionRecord> decisions_;
  std::map<std::string, std::deque<Bytes>> arrived_;  // by connection and direction, in order; what left is taken out
  Instant now_;
  bool expects_changes_ = false;
};

/// A TCP connection spoken by hand through a SimBench: keeps both ends' sequence numbers. Nothing is retransmitted.
class Talk {
 public:
  /// @param client_port of 10.9.0.1; the server is 10.9.0.2, port 80.
  Talk(SimBench& bench, std::uint16_t client_port, bool v6 = false);

  /// SYN, SYN-ACK, ACK: three turns at the present instant.
  void open();
  /// A segment with payload comes in; one turn.
  void client_says(std::string_view text);
  void server_says(std::string_view text);
  /// The same, without a turn.
  void client_sends(std::string_view text);
  void server_sends(std::string_view text);
  /// The last server segment comes in once more.
  void server_repeats();
  void client_acknowledges();

  [[nodiscard]] FrameBuilder from_client() const;
  [[nodiscard]] FrameBuilder from_server() const;

  std::uint32_t client_next = 1'000;
  std::uint32_t server_next = 500'000;

 private:
  SimBench& bench_;
  std::uint16_t client_port_;
  bool v6_;
  Bytes last_from_server_;
};

/// Each response's first byte is held for so long.
[[nodiscard]] inline Rules late_by(Duration hold) {
  Rules rules;
  rules.latency = LatencyRule{{hold, hold}};
  return rules;
}

inline constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: bench\r\n\r\n";
inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

}  // namespace weir::test
