// Programs of the system (ip, ethtool, nft) that do what weir asks of the kernel, started without a shell, in a session
// of their own: Ctrl-C on the terminal is not for them. Control thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "weir/file_descriptor.h"

namespace weir {

/// What became of a program that has ended.
struct ToolResult {
  int code = 0;        // its exit code; 128 + n for a signal
  std::string output;  // stdout and stderr, as they came
};

/// Runs a program to its end, with `input` (less than a pipe holds: 64 KiB) as its stdin.
/// @throws RunError when it can't be started.
[[nodiscard]] ToolResult try_tool(const std::vector<std::string>& command, const std::string& input = {});

/// The same for what has to work: returns the output, throws RunError with the command and what it said.
std::string run_tool(const std::vector<std::string>& command);

/// A program that runs as long as this object: it reads what it is fed, and ends at the end of its input, which comes
/// with the end of this process at the latest.
class FedTool {
 public:
  /// @throws RunError when it can't be started.
  FedTool(const std::vector<std::string>& command, const std::string& input);
  FedTool(const FedTool&) = delete;
  FedTool& operator=(const FedTool&) = delete;

  /// Ends its input and waits for it.
  ~FedTool();

 private:
  FileDescriptor feed_;
  pid_t pid_ = 0;
};

/// The exit code that a shell would report for a status of waitpid's: 128 + n for signal n.
[[nodiscard]] int exit_code(int wait_status);

}  // namespace weir
