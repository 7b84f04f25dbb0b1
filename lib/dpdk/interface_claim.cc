#include "dpdk/interface_claim.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace weir {

InterfaceClaim::InterfaceClaim(const std::string& interface) : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  const std::string name = "weir/interface/" + interface;  // an interface's name has at most 15 letters
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());  // behind a zero byte: the abstract namespace
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), length) == 0) return;
  const int reason = errno;
  close(socket_);
  if (reason == EADDRINUSE) throw std::runtime_error("--link: '" + interface + "' is in use by another weir");
  throw std::runtime_error("--link: claiming '" + interface + "' failed: " + std::strerror(reason));
}

InterfaceClaim::~InterfaceClaim() {
  if (socket_ >= 0) close(socket_);
}

}  // namespace weir
