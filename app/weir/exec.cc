#include "weir/exec.h"

#include <csignal>
#include <iostream>

#include "weir/conclude.h"
#include "weir/datapath.h"
#include "weir/exec_bench.h"
#include "weir/watch.h"

namespace weir {
namespace {

/// Until the command has ended; returns its exit code. The terminal is the command's: no status line, and Ctrl-C gets
/// there by itself.
int wait_for(CommandInit& command, Datapath& datapath, const SignalsAside& signals) {
  constexpr Duration kPatience = milliseconds(20);
  Instant look_at = Instant() + seconds(1);
  for (;;) {
    const std::optional<int> code = command.ended();
    if (code) return *code;
    const std::optional<int> signal = signals.take(kPatience);
    if (signal && *signal != SIGINT) command.pass_on(*signal);
    datapath.look_ahead();
    if (datapath.now() < look_at) continue;
    look_at = look_at + seconds(1);
    static_cast<void>(datapath.snapshot());  // means are over the seconds in which something moved
  }
}

}  // namespace

int exec(const ExecOptions& options) {
  constexpr int kSignalled = 128;
  const SignalsAside signals;
  ExecBench bench(options.command, signals);
  Datapath datapath({.links = {bench.link()},
                     .profile = options.profile,
                     .output = options.output,
                     .max_late = options.max_late,
                     .eal_arguments = {},
                     .quiet = true});
  datapath.start();
  if (const std::optional<int> signal = signals.take(Duration())) return kSignalled + *signal;
  bench.start_command();
  const int code = wait_for(bench.command(), datapath, signals);
  datapath.stop();
  static_cast<void>(conclude(datapath.statistics(), options.output, std::cerr));
  return code;
}

}  // namespace weir
