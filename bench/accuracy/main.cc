// bench_accuracy [--only A1,A4]: how exact weir is, in simulated and in real time. Rows as in bench/support/rows.py.
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "accuracy/benches.h"

namespace {

constexpr double kOrderSeconds = 20;
constexpr double kLatenessSeconds = 4;

// Whether a row, or one of those that it stands for, is among these: "A4", "A2.p99".
bool is_asked(std::string_view only, std::string_view row) {
  if (only.empty()) return true;
  while (!only.empty()) {
    const std::string_view name = only.substr(0, only.find(','));
    if (name.substr(0, name.find('.')) == row) return true;
    only.remove_prefix(std::min(only.size(), name.size() + 1));
  }
  return false;
}

// Real time is measured on the last CPU, and before all ordinary work that wants it: a worker's core is its own.
void take_last_cpu() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN) - 1), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
  setpriority(PRIO_PROCESS, 0, -20);
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string_view> given(arguments + 1, arguments + count);
  if (!given.empty() && (given.size() != 2 || given[0] != "--only")) {
    std::fprintf(stderr, "usage: bench_accuracy [--only A1,A2,A3,A4,A5,A6]\n");
    return 2;
  }
  const std::string_view only = given.empty() ? "" : given[1];
  if (is_asked(only, "A1")) weir::bench::departures();
  if (is_asked(only, "A4")) weir::bench::limits();
  if (is_asked(only, "A5")) weir::bench::draws();
  if (is_asked(only, "A6")) weir::bench::order(kOrderSeconds);
  take_last_cpu();
  if (is_asked(only, "A2") || is_asked(only, "A3")) weir::bench::lateness(kLatenessSeconds);
  return 0;
}
