// A network namespace, and doing something inside it. Control thread; setns(2) concerns that thread alone.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/types.h>

#include <string>
#include <utility>

#include "weir/file_descriptor.h"

namespace weir {

class NetworkNamespace {
 public:
  /// The one that a process of ours is in. Throws RunError.
  explicit NetworkNamespace(pid_t pid)
      : file_(open(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_.number() < 0) throw errno_error("opening the network namespace of a child");
  }

  /// Does something inside and comes back, also when it throws. Throws RunError.
  template <typename Action>
  void inside(Action&& action) const {
    const Visit visit(*this);
    std::forward<Action>(action)();
  }

 private:
  class Visit {
   public:
    explicit Visit(const NetworkNamespace& place) : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
      if (setns(place.file_.number(), CLONE_NEWNET) != 0) throw errno_error("entering a network namespace");
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { setns(home_.number(), CLONE_NEWNET); }

   private:
    FileDescriptor home_;
  };

  FileDescriptor file_;
};

}  // namespace weir
