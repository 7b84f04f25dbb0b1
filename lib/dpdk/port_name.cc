#include "dpdk/port_name.h"

#include <net/if.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <stdexcept>

#include "profile/spelling.h"

namespace weir {
namespace {

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char letter) { return std::isxdigit(letter) != 0; });
}

/// A PCI address as the EAL writes it (domain:bus:device.function); nothing when `name` isn't one.
std::optional<std::string> pci_address(std::string_view name) {
  std::string full(name);
  std::ranges::transform(full, full.begin(), [](unsigned char letter) { return std::tolower(letter); });
  if (full.size() == 7) full.insert(0, "0000:");
  if (full.size() != 12 || full[4] != ':' || full[7] != ':' || full[10] != '.') return std::nullopt;
  const std::string_view view = full;
  const bool digits = is_hex(view.substr(0, 4)) && is_hex(view.substr(5, 2)) && is_hex(view.substr(8, 2));
  if (!digits || view[11] < '0' || view[11] > '7') return std::nullopt;
  return full;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string hint_for(std::string_view name, const KnownPorts& known) {
  std::vector<std::string_view> names(known.vdevs.begin(), known.vdevs.end());
  names.insert(names.end(), known.kernel_interfaces.begin(), known.kernel_interfaces.end());
  return did_you_mean(name, names);
}

}  // namespace

std::vector<std::string> kernel_interfaces() {
  std::vector<std::string> names;
  struct if_nameindex* const list = if_nameindex();
  if (list == nullptr) return names;
  for (const auto* entry = list; entry->if_index != 0; ++entry) {
    if (std::string_view(entry->if_name) != "lo") names.emplace_back(entry->if_name);
  }
  if_freenameindex(list);
  return names;
}

PortName classify_port(std::string_view name, const KnownPorts& known) {
  if (contains(known.vdevs, name)) return {PortKind::kVdev, std::string(name)};
  if (const auto address = pci_address(name)) return {PortKind::kPci, *address};
  if (contains(known.kernel_interfaces, name)) return {PortKind::kKernel, std::string(name)};
  throw std::runtime_error(
      "--link: '" + std::string(name) +
      "' is neither a PCI address, nor a --vdev given after --, nor an interface of this network namespace" +
      hint_for(name, known));
}

void require_distinct(const std::vector<PortName>& ports) {
  for (auto port = ports.begin(); port != ports.end(); ++port) {
    if (std::find(ports.begin(), port, *port) != port) {
      throw std::runtime_error("--link: '" + port->name + "' is given twice; every port has one place");
    }
  }
}

}  // namespace weir
