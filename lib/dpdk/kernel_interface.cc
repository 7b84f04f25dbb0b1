#include "dpdk/kernel_interface.h"

#include <stdexcept>

#include "dpdk/packet_pool.h"
#include "dpdk/xdp_chatter.h"

namespace weir {
namespace {

/// AF_XDP's buffers lie in one page each, behind DPDK's headers (448 bytes) and the room that XDP programs get (256).
bool fits_xdp_buffer(std::uint32_t mtu) {
  constexpr std::uint32_t kPage = 4096;
  return frame_room(mtu) + 448 + 256 <= kPage;
}

}  // namespace

std::string_view label(KernelDriver driver) {
  return driver == KernelDriver::kAfXdp ? "AF_XDP" : "AF_PACKET";
}

DriverChoice choose_drivers(const InterfaceFacts& facts) {
  const auto packet_only = [](std::string reason) {
    return DriverChoice{{KernelDriver::kAfPacket}, std::move(reason)};
  };
  if (!fits_xdp_buffer(facts.mtu)) {
    return packet_only("frames of MTU " + std::to_string(facts.mtu) + " don't fit AF_XDP's buffers");
  }
  if (facts.receive_queues > 1) {
    return packet_only("AF_XDP would see one of its " + std::to_string(facts.receive_queues) + " receive queues");
  }
  return {{KernelDriver::kAfXdp, KernelDriver::kAfPacket}, {}};
}

std::string vdev_name(KernelDriver driver, const std::string& interface) {
  return (driver == KernelDriver::kAfXdp ? "net_af_xdp_" : "net_af_packet_") + interface;
}

/// AF_PACKET's rings: slots that hold the longest frame and its tags, 64 to a block (so that blocks are whole pages),
/// 4096 in all: 2 MiB a ring for an MTU of 1500. One queue: with more, fanout's rollover would reorder connections.
std::string vdev_arguments(KernelDriver driver, const InterfaceFacts& facts) {
  const std::string interface = "iface=" + facts.name;
  if (driver == KernelDriver::kAfXdp) return interface;
  constexpr std::uint32_t kSlotsPerBlock = 64;
  constexpr std::uint32_t kSlots = 4096;
  const std::uint32_t slot = frame_room(facts.mtu);
  return interface + ",qpairs=1,framesz=" + std::to_string(slot) + ",blocksz=" + std::to_string(slot * kSlotsPerBlock) +
         ",framecnt=" + std::to_string(kSlots);
}

KernelInterface::KernelInterface(const InterfaceFacts& facts, PacketPool& pool, unsigned workers, const Say& say)
    : settings_(facts) {
  for (const auto& warning : interface_warnings(facts)) say(warning);
  // What the settings changed (one receive queue where there were many) decides what the drivers can do.
  const DriverChoice choice = choose_drivers(look_at_interface(facts.name));
  std::string failed = choice.reason;
  for (const KernelDriver driver : choice.order) {
    try {
      open(driver, facts, pool, workers);
      const std::string loses =
          driver == KernelDriver::kAfPacket ? ", which loses IPv4 fragments and does not count what it loses" : "";
      say("interface " + facts.name + " runs on " + std::string(label(driver)) + loses +
          (failed.empty() ? "" : " (" + failed + ")"));
      return;
    } catch (const std::runtime_error& error) {
      failed = std::string(label(driver)) + ": " + error.what();
    }
  }
  throw std::runtime_error("opening interface " + facts.name + " failed: " + failed);
}

void KernelInterface::open(KernelDriver driver, const InterfaceFacts& facts, PacketPool& pool, unsigned workers) {
  const std::string name = vdev_name(driver, facts.name);
  if (driver == KernelDriver::kAfXdp) silence_xdp_libraries();
  add_vdev(name, vdev_arguments(driver, facts));
  try {
    ethdev_ = std::make_unique<Ethdev>(name, pool, workers, Reception::kAsItIs);
  } catch (...) {
    remove_vdev(name);
    throw;
  }
  driver_ = driver;
  vdev_ = name;
}

KernelInterface::~KernelInterface() {
  if (driver_ == KernelDriver::kAfXdp) silence_xdp_close();
  ethdev_.reset();
  remove_vdev(vdev_);
}

}  // namespace weir
