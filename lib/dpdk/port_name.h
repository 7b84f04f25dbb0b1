// What a name in --link means: a NIC on the PCI bus, a virtual device that the user defined, or a kernel interface.
// Control thread, before the start.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class PortKind : std::uint8_t { kPci, kVdev, kKernel };

struct PortName {
  PortKind kind = PortKind::kKernel;
  std::string name;  // as the EAL and the kernel spell it: a PCI address has its domain, in lower case

  friend bool operator==(const PortName&, const PortName&) = default;
};

/// What a name could stand for in this place.
struct KnownPorts {
  std::vector<std::string> vdevs;              // defined by --vdev
  std::vector<std::string> kernel_interfaces;  // of this network namespace
};

/// The kernel interfaces of this network namespace, by if_nameindex(3); without the loopback, which is no link.
[[nodiscard]] std::vector<std::string> kernel_interfaces();

/// Says what a name is. Throws std::runtime_error, with a name that is near, when it is none of the three.
[[nodiscard]] PortName classify_port(std::string_view name, const KnownPorts& known);

/// Throws std::runtime_error when two of the ports are the same one.
void require_distinct(const std::vector<PortName>& ports);

}  // namespace weir
