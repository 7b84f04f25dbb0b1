// Which Linux capabilities this process lacks for what it is about to do (capabilities(7)), so that the user reads
// a name instead of an errno. Control thread, before the start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir {

/// What a run is going to do that needs a capability; combine with |.
enum class Privilege : std::uint8_t {
  kRawFrames = 1,   // AF_PACKET sockets and an interface's settings: CAP_NET_RAW, CAP_NET_ADMIN
  kXdp = 2,         // loading an XDP program, memory that stays put: CAP_BPF (or CAP_SYS_ADMIN), CAP_IPC_LOCK
  kPci = 4,         // a NIC through VFIO or UIO: CAP_SYS_RAWIO, CAP_IPC_LOCK
  kNamespaces = 8,  // making and entering namespaces, mounting in them: CAP_SYS_ADMIN
};
[[nodiscard]] constexpr Privilege operator|(Privilege a, Privilege b) {
  return static_cast<Privilege>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}

/// The names of the capabilities that `need` takes and `effective` (a mask as CapEff shows it) lacks. Pure.
[[nodiscard]] std::vector<std::string> missing_capabilities(Privilege need, std::uint64_t effective);

/// The same for this process; everything is missing when /proc/self/status can't be read.
[[nodiscard]] std::vector<std::string> missing_capabilities(Privilege need);

}  // namespace weir
