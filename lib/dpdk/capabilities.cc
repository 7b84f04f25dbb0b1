#include "dpdk/capabilities.h"

#include <linux/capability.h>

#include <fstream>
#include <string_view>

namespace weir {
namespace {

bool includes(Privilege need, Privilege part) {
  return (static_cast<std::uint8_t>(need) & static_cast<std::uint8_t>(part)) != 0;
}

bool has(std::uint64_t effective, unsigned capability) {
  return ((effective >> capability) & 1U) != 0;
}

}  // namespace

std::vector<std::string> missing_capabilities(Privilege need, std::uint64_t effective) {
  std::vector<std::string> missing;
  const bool raw = includes(need, Privilege::kRawFrames);
  const bool xdp = includes(need, Privilege::kXdp);
  const bool pci = includes(need, Privilege::kPci);
  if (includes(need, Privilege::kNamespaces) && !has(effective, CAP_SYS_ADMIN)) missing.emplace_back("CAP_SYS_ADMIN");
  if ((raw || xdp) && !has(effective, CAP_NET_RAW)) missing.emplace_back("CAP_NET_RAW");
  if ((raw || xdp) && !has(effective, CAP_NET_ADMIN)) missing.emplace_back("CAP_NET_ADMIN");
  // CAP_BPF was cut out of CAP_SYS_ADMIN in Linux 5.8; either will do.
  if (xdp && !has(effective, CAP_BPF) && !has(effective, CAP_SYS_ADMIN)) missing.emplace_back("CAP_BPF");
  if (pci && !has(effective, CAP_SYS_RAWIO)) missing.emplace_back("CAP_SYS_RAWIO");
  if ((xdp || pci) && !has(effective, CAP_IPC_LOCK)) missing.emplace_back("CAP_IPC_LOCK");
  return missing;
}

std::vector<std::string> missing_capabilities(Privilege need) {
  constexpr std::string_view kKey = "CapEff:";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(kKey)) return missing_capabilities(need, std::stoull(line.substr(kKey.size()), nullptr, 16));
  }
  return missing_capabilities(need, 0);
}

}  // namespace weir
