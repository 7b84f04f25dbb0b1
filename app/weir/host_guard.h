// A process in the host's network namespace, in a session of its own and deaf to signals, that waits for the end of
// weir, whatever it is, and then puts back what weir changed on the host: forwarding, and files of a killed EAL.
// Forked while weir is small and has one thread. Control thread.
#pragma once

#include <sys/types.h>

#include <vector>

#include "weir/file_descriptor.h"
#include "weir/forwarding.h"

namespace weir {

class HostGuard {
 public:
  /// @param forwards whether this machine is to forward for the command. Throws RunError when it can't be made to.
  explicit HostGuard(bool forwards);
  HostGuard(const HostGuard&) = delete;
  HostGuard& operator=(const HostGuard&) = delete;

  /// Everything is put back when this returns.
  ~HostGuard();

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Where weir has switched forwarding on.
  [[nodiscard]] const std::vector<Forwarder>& switched_on() const { return switched_on_; }

 private:
  void dismiss();

  pid_t pid_ = 0;
  FileDescriptor lifeline_;  // nobody else holds this end: it closes when weir ends
  std::vector<Forwarder> switched_on_;
};

}  // namespace weir
