#include "weir/open_ports.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "dpdk/capabilities.h"
#include "profile/errors.h"
#include "profile/spelling.h"

namespace weir {
namespace {

NamedPort look_at(const std::string& name, const KnownPorts& known) {
  NamedPort port{classify_port(name, known), std::nullopt, std::nullopt};
  if (port.name.kind == PortKind::kKernel) port.interface = look_at_interface(port.name.name);
  return port;
}

std::vector<std::string> missing_for(PortKind kind) {
  if (kind == PortKind::kVdev) return {};
  return missing_capabilities(kind == PortKind::kPci ? Privilege::kPci : Privilege::kRawFrames);
}

}  // namespace

std::vector<NamedPort> look_at_ports(const std::vector<LinkOption>& links,
                                     const std::vector<std::string>& eal_arguments) try {
  const KnownPorts known{vdev_names(eal_arguments), kernel_interfaces()};
  std::vector<NamedPort> ports;
  std::vector<PortName> names;
  for (const LinkOption& link : links) {
    for (const std::string& name : {link.a, link.b}) {
      ports.push_back(look_at(name, known));
      names.push_back(ports.back().name);
    }
  }
  require_distinct(names);
  for (NamedPort& port : ports) {
    if (port.interface) port.claim.emplace(port.name.name);
  }
  return ports;
} catch (const std::runtime_error& error) {
  throw UsageError(error.what());
}

void require_privileges(const std::vector<NamedPort>& ports) {
  std::vector<std::string> missing;
  for (const NamedPort& port : ports) {
    for (std::string& name : missing_for(port.name.kind)) {
      if (std::find(missing.begin(), missing.end(), name) == missing.end()) missing.push_back(std::move(name));
    }
  }
  if (missing.empty()) return;
  const std::vector<std::string_view> names(missing.begin(), missing.end());
  throw UsageError(
      fmt::format("opening the ports needs {}, which this process lacks: run it as root", comma_separated(names)));
}

std::uint32_t largest_mtu(const std::vector<NamedPort>& ports) {
  std::uint32_t mtu = 1'500;
  for (const NamedPort& port : ports) {
    if (port.interface) mtu = std::max(mtu, port.interface->mtu);
  }
  return mtu;
}

BufferLayout buffer_layout(const std::vector<NamedPort>& ports) {
  const auto may_be_xdp = [](const NamedPort& port) {
    return port.interface || port.name.name.starts_with("net_af_xdp");
  };
  return std::any_of(ports.begin(), ports.end(), may_be_xdp) ? BufferLayout::kOneAPage : BufferLayout::kPacked;
}

OpenPort open_port(const NamedPort& port, PacketPool& pool, unsigned workers, const KernelInterface::Say& say) {
  OpenPort opened;
  if (port.interface) {
    opened.interface = std::make_unique<KernelInterface>(*port.interface, pool, workers, say);
  } else {
    opened.device =
        std::make_unique<Ethdev>(port.name.name, pool, workers, Reception::kEverything, Spreading::kByDevice);
  }
  return opened;
}

bool settle_spreading(std::vector<OpenPort>& ports, unsigned workers, const KernelInterface::Say& say) {
  if (workers == 1) return false;
  const std::optional<RssMap>& first = ports.front().ethdev().rss();
  std::string why;
  for (const OpenPort& port : ports) {
    const Ethdev& device = port.ethdev();
    if (!device.rss()) {
      why = fmt::format("port {} has no RSS that serves: {}", device.name(), device.why_no_rss());
    } else if (device.rss() != first && why.empty()) {
      why = fmt::format("ports {} and {} spread differently", ports.front().ethdev().name(), device.name());
    }
    if (!device.rss()) break;
  }
  if (why.empty()) {
    say(fmt::format("RSS spreads connections over {} workers: a receive queue of every port for each", workers));
    return true;
  }
  for (OpenPort& port : ports) port.ethdev().stop_spreading();
  say(fmt::format("one worker receives for each port and hands frames on to {}: {}",
                  workers == 2 ? "the other" : "the others", why));
  return false;
}

}  // namespace weir
