// One weir an interface: a claim that ends with the process, however that ends. Two of them on one interface would
// share its frames between them. Control thread.
#pragma once

#include <string>

namespace weir {

class InterfaceClaim {
 public:
  /// Claims a kernel interface of this network namespace; throws std::runtime_error when another process has it.
  explicit InterfaceClaim(const std::string& interface);
  InterfaceClaim(InterfaceClaim&& other) noexcept : socket_(other.socket_) { other.socket_ = -1; }
  InterfaceClaim& operator=(InterfaceClaim&& other) = delete;
  ~InterfaceClaim();

 private:
  // Bound to a name in the abstract namespace of UNIX sockets (unix(7)): one a network namespace, gone with its socket.
  int socket_ = -1;
};

}  // namespace weir
