#include "weir/plan_memory.h"

#include <algorithm>

#include "dpdk/eal.h"

namespace weir {
namespace {

constexpr std::size_t kRestMib = 64;  // rings, queues and tables of the EAL's own

}  // namespace

Room room_of(const DatapathPlan& plan, const std::vector<NamedPort>& ports) {
  RoomPlan wanted{.ports = static_cast<unsigned>(ports.size()), .workers = plan.workers, .link = plan.link_rate};
  const auto is_nic = [](const NamedPort& port) { return port.name.kind == PortKind::kPci; };
  if (!wanted.link && std::ranges::any_of(ports, is_nic)) wanted.link = kUsualLink;
  const Machine machine = look_at_machine();
  // Where hugepages are enough for a run that knows nothing of its link, room must not drive it out of them.
  const std::size_t least_mib = PacketPool::memory_mib(kMostHeld + kBuffersForPorts, largest_mtu(ports)) + kRestMib;
  const bool huge = machine.free_hugepages_mib >= least_mib;
  wanted.most_mib = huge ? (machine.free_hugepages_mib - kRestMib) / 4 * 3 : machine.available_mib / 2;
  return room_for(plan.profile, wanted);
}

EalPlan eal_plan(const DatapathPlan& plan, const std::vector<NamedPort>& ports, const Room& room) {
  EalPlan eal;
  eal.name = plan.name;
  eal.workers = plan.workers;
  eal.memory_mib = PacketPool::memory_mib(room.buffers, largest_mtu(ports), room.small_buffers) + kRestMib;
  for (const NamedPort& port : ports) {
    if (port.name.kind == PortKind::kPci) eal.pci_ports.push_back(port.name.name);
  }
  eal.user_arguments = plan.eal_arguments;
  return eal;
}

}  // namespace weir
