// The first process of the command's own PID, mount and network namespaces. It waits for the word to start, starts the
// command, reaps what the command leaves, and ends when the command ends, and with it everything in its namespaces. It
// dies with weir, whatever kills weir. Forked while weir is small and has one thread. Control thread.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "weir/file_descriptor.h"

namespace weir {

class CommandInit {
 public:
  /// Makes the namespaces; the command waits. Throws RunError.
  /// @param signal_mask what the command is to start with
  CommandInit(const std::vector<std::string>& command, const sigset_t& signal_mask);
  CommandInit(const CommandInit&) = delete;
  CommandInit& operator=(const CommandInit&) = delete;

  /// Kills the command, if it still runs.
  ~CommandInit();

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Starts the command with weir's environment and these settings, "NAME=value".
  void start(const std::vector<std::string>& environment);

  /// Hands a signal on to the command.
  void pass_on(int signal) const;

  /// The command's exit code once it has ended: 128 + n for signal n, 127 or 126 when it could not be started.
  [[nodiscard]] std::optional<int> ended();

 private:
  pid_t pid_ = 0;
  std::optional<int> code_;
  FileDescriptor go_;
};

}  // namespace weir
