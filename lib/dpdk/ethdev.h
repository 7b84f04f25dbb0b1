// A device of DPDK, opened as one transparent end of a link, and the ports through which workers use it. Opened and
// closed by the control thread; each EthdevPort belongs to one worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/counters.h"
#include "dpdk/packet_pool.h"
#include "dpdk/rss.h"
#include "engine/port.h"

struct rte_eth_conf;

namespace weir {

/// What a device counted since it was opened: loss that weir didn't intend, and its own view of the traffic.
struct EthdevStatistics {
  std::uint64_t rx_frames = 0, rx_bytes = 0, tx_frames = 0, tx_bytes = 0;
  std::uint64_t imissed = 0;    // frames that found the receive ring full
  std::uint64_t rx_nombuf = 0;  // frames that found no buffer
  std::uint64_t oversized = 0;  // frames longer than a buffer: dropped by the port, no worker saw them
};

/// Receive queues with consecutive numbers.
struct ReceiveQueues {
  std::uint16_t first = 0;
  std::uint16_t count = 0;
};

/// One worker's queues of a device.
class EthdevPort final : public Port {
 public:
  EthdevPort(std::uint16_t device, std::uint16_t tx_queue, ReceiveQueues receives)
      : device_(device), tx_queue_(tx_queue), receives_(receives) {}

  /// Of several receive queues one is asked a call, by turns. The frames are whole and byte for byte what was on the
  /// wire: a VLAN tag that the driver took out is back in its place. Frames that no buffer holds are freed and counted.
  std::size_t receive(std::span<Frame> into) override;
  std::size_t send(std::span<Packet* const> packets) override;

  [[nodiscard]] std::uint64_t oversized() const { return oversized_.value(); }

 private:
  std::uint16_t device_;
  std::uint16_t tx_queue_;
  ReceiveQueues receives_;
  std::uint16_t next_ = 0;  // of the receive queues, to be asked
  Counter oversized_;       // worker writes, control reads
};

/// Who sees to it that frames for other hosts come in, too.
enum class Reception : std::uint8_t {
  kEverything,  // the device, told so through its driver
  kAsItIs,      // someone else: InterfaceSettings, whose way ends with the process even when it is killed
};

/// Who gives each worker the frames of its connections.
enum class Spreading : std::uint8_t {
  kByWeir,    // engine/spread.h
  kByDevice,  // RSS, where the device has it and spreads as it must; else weir
};

class Ethdev {
 public:
  /// Opens the device that the EAL knows by this name (a PCI address or a virtual device) and starts it: promiscuous,
  /// no offloads, no flow control, a transmit queue for each worker where the device offers them; one receive queue, or
  /// one for each worker where the device spreads. net_af_packet, whose qpairs share what comes in whether or not
  /// anyone asks them, has all of them asked by worker 0. Waits up to a second for the link. Throws std::runtime_error.
  Ethdev(const std::string& name, PacketPool& pool, unsigned workers, Reception reception = Reception::kEverything,
         Spreading spreading = Spreading::kByWeir);

  /// Stops and closes it; its ports must be out of use.
  ~Ethdev();
  Ethdev(const Ethdev&) = delete;
  Ethdev& operator=(const Ethdev&) = delete;

  /// The port of a worker. With an rss() each receives; else worker 0 does, the others only send. With fewer
  /// tx_queues() than workers there are no more ports than tx_queues().
  [[nodiscard]] EthdevPort& port(unsigned worker) { return *ports_.at(worker); }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& driver() const { return driver_; }
  [[nodiscard]] unsigned tx_queues() const { return static_cast<unsigned>(ports_.size()); }
  [[nodiscard]] std::uint32_t mtu() const { return mtu_; }
  /// How the device spreads connections over its queues, one a worker; none when it does not.
  [[nodiscard]] const std::optional<RssMap>& rss() const { return rss_; }
  /// Why it does not, though it was asked to.
  [[nodiscard]] const std::string& why_no_rss() const { return why_no_rss_; }
  /// From here worker 0 receives for all. Before any port is used: frames that are there already are lost.
  void stop_spreading();
  [[nodiscard]] bool link_up() const;
  [[nodiscard]] EthdevStatistics statistics() const;

 private:
  void configure();
  void set_up_queues(std::uint16_t rx_queues, std::uint16_t tx_queues, const rte_eth_conf& conf);
  void start();
  void settle_spreading();

  std::string name_;
  PacketPool& pool_;
  const unsigned workers_;
  const Reception reception_;
  bool spreads_;  // asked for, and not known to be impossible
  std::string driver_;
  std::uint16_t id_ = 0;
  std::uint16_t mtu_ = 0;
  std::optional<RssMap> rss_;
  std::string why_no_rss_ = "weir does not ask it to spread";
  std::vector<std::unique_ptr<EthdevPort>> ports_;
};

/// True when the EAL has a device of this name.
[[nodiscard]] bool ethdev_exists(const std::string& name);

/// Makes a virtual device while the EAL runs, as --vdev would; throws std::runtime_error.
void add_vdev(const std::string& name, const std::string& arguments);

/// Removes it; nothing happens when there is none.
void remove_vdev(const std::string& name) noexcept;

}  // namespace weir
