// From the names in --link to open ports: what each name means, what it needs, and opening it. Control thread, once,
// before the workers are built.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dpdk/eal_plan.h"
#include "dpdk/interface_claim.h"
#include "dpdk/kernel_interface.h"
#include "dpdk/packet_pool.h"
#include "dpdk/port_name.h"
#include "weir/options.h"

namespace weir {

/// A port as it was named, and what is known of it before anything is opened.
struct NamedPort {
  PortName name;
  std::optional<InterfaceFacts> interface;  // kernel interfaces only
  std::optional<InterfaceClaim> claim;      // the same; held as long as the run
};

/// What the names of the links mean, two a link, A first. Throws UsageError: a name that is nothing, a port
/// twice, one that another weir uses.
/// @param eal_arguments what the user gave behind `--`: may define virtual devices.
[[nodiscard]] std::vector<NamedPort> look_at_ports(const std::vector<LinkOption>& links,
                                                   const std::vector<std::string>& eal_arguments);

/// Throws UsageError naming the capabilities that opening the ports takes and this process lacks.
void require_privileges(const std::vector<NamedPort>& ports);

/// In bytes; at least Ethernet's usual 1 500.
[[nodiscard]] std::uint32_t largest_mtu(const std::vector<NamedPort>& ports);

/// The layout of buffers that all of the ports can receive into and send from.
[[nodiscard]] BufferLayout buffer_layout(const std::vector<NamedPort>& ports);

/// An opened device: over a kernel interface, or EAL's own.
struct OpenPort {
  std::unique_ptr<KernelInterface> interface;
  std::unique_ptr<Ethdev> device;

  [[nodiscard]] Ethdev& ethdev() const { return interface ? interface->ethdev() : *device; }
};

/// Opens a port; EAL must run. One of the EAL's own spreads connections over the workers' queues itself if it can.
/// Throws std::runtime_error. What the user should know goes to `say`, a sentence each.
[[nodiscard]] OpenPort open_port(const NamedPort& port, PacketPool& pool, unsigned workers,
                                 const KernelInterface::Say& say);

/// Whether all ports give the two directions of a connection to the same worker by themselves. If not, none of them
/// does from here on, and worker 0 receives by one queue. With several workers `say` hears which it is, and why.
[[nodiscard]] bool settle_spreading(std::vector<OpenPort>& ports, unsigned workers, const KernelInterface::Say& say);

}  // namespace weir
