// A kernel interface as a port: AF_XDP or AF_PACKET, whichever carries every frame unchanged there.
// Control thread only. Why which: docs/decisions/0010-kernel-interfaces.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dpdk/ethdev.h"
#include "dpdk/interface_settings.h"

namespace weir {

enum class KernelDriver : std::uint8_t { kAfXdp, kAfPacket };

/// "AF_XDP" or "AF_PACKET".
[[nodiscard]] std::string_view label(KernelDriver driver);

struct DriverChoice {
  std::vector<KernelDriver> order;  // to be tried in this order
  std::string reason;               // why AF_XDP isn't among them; empty when it is
};

/// AF_XDP, else AF_PACKET; AF_PACKET alone where AF_XDP would lose frames or queues. Pure.
[[nodiscard]] DriverChoice choose_drivers(const InterfaceFacts& facts);

/// The name of the virtual device over an interface, "net_af_packet_eth1", and what stands behind its first comma.
[[nodiscard]] std::string vdev_name(KernelDriver driver, const std::string& interface);
[[nodiscard]] std::string vdev_arguments(KernelDriver driver, const InterfaceFacts& facts);

class KernelInterface {
 public:
  using Say = std::function<void(const std::string& sentence)>;

  /// Prepares the interface and opens it with the first driver that works; says which, and what the user should know.
  /// The pool must hold frames of facts.mtu. Throws std::runtime_error when no driver works.
  KernelInterface(const InterfaceFacts& facts, PacketPool& pool, unsigned workers, const Say& say);
  KernelInterface(const KernelInterface&) = delete;
  KernelInterface& operator=(const KernelInterface&) = delete;

  /// Closes the port and leaves the interface as it was found.
  ~KernelInterface();

  [[nodiscard]] Ethdev& ethdev() { return *ethdev_; }
  [[nodiscard]] KernelDriver driver() const { return driver_; }

 private:
  void open(KernelDriver driver, const InterfaceFacts& facts, PacketPool& pool, unsigned workers);

  InterfaceSettings settings_;
  KernelDriver driver_ = KernelDriver::kAfPacket;
  std::string vdev_;
  std::unique_ptr<Ethdev> ethdev_;
};

}  // namespace weir
