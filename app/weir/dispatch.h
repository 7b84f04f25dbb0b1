// From the words of the command line to a command and its exit code. The only catch of the program is here.
#pragma once

#include <ostream>
#include <span>
#include <string>

#include "weir/options.h"

namespace weir {

/// What the commands that touch the network do: handed in, so that tests can watch what would be started.
struct Commands {
  int (*run)(const RunOptions& options);
  int (*exec)(const ExecOptions& options);
};

/// Exit codes of the program itself; a command returns kGood, kPromiseBroken, or (exec) what its own command returned.
inline constexpr int kGood = 0;
inline constexpr int kFailed = 1;         // at run time
inline constexpr int kBadArguments = 2;   // or a bad profile; nothing was started
inline constexpr int kPromiseBroken = 3;  // finished, but a promise was not kept

/// Does what the arguments (without the program's name) say and returns the exit code. Every error is one line on
/// `err`, `weir COMMAND: WHAT: WHY`; only what is wrong with a profile is several lines, `FILE:LINE:COLUMN: WHAT: WHY`
/// and the line itself. The main thread, once.
[[nodiscard]] int dispatch(std::span<const std::string> arguments, const Commands& commands, std::ostream& out,
                           std::ostream& err);

}  // namespace weir
