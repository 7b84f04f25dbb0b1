#include "weir/host_guard.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "dpdk/eal.h"

namespace weir {
namespace {

constexpr const char* kFarewell = "farewell";  // weir ends by itself, and has tidied up its EAL

std::string spelled(const std::vector<Forwarder>& places) {
  std::string text = "on";
  for (const Forwarder& place : places) text += (place.version == IpVersion::k4 ? " 4 " : " 6 ") + place.interface;
  return text;
}

constexpr int kLifeline = STDIN_FILENO;
constexpr int kReport = STDERR_FILENO + 1;

/// Lets go of the terminal, of the working directory and of every file but two, moved to the places above: somebody may
/// be waiting for the others to be closed.
void withdraw(int lifeline, int report) {
  setsid();
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  static_cast<void>(chdir("/"));
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(lifeline, kLifeline);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
  dup2(report, kReport);
  close_range(kReport + 1, ~0U, 0);
}

/// What came of the forwarding: where it was switched on, or why not.
std::string join(bool forwards) try {
  return spelled(forwards ? join_forwarding() : std::vector<Forwarder>());
} catch (const std::exception& error) {
  return error.what();
}

[[noreturn]] void stand_guard(pid_t weir, bool forwards) {
  static_cast<void>(FileDescriptor(kReport).write_all(join(forwards)));
  const FileDescriptor lifeline(kLifeline);
  const std::string last_words = lifeline.read_all();
  if (forwards) leave_forwarding();
  if (last_words != kFarewell) {
    constexpr useconds_t kMillisecond = 1'000;
    while (getppid() == weir) usleep(kMillisecond);  // its files close before it is gone
    remove_stale_runtime_directories();
  }
  _exit(0);
}

}  // namespace

HostGuard::HostGuard(bool forwards) {
  Pipe lifeline = make_pipe();
  Pipe report = make_pipe();
  const pid_t weir = getpid();
  pid_ = fork();
  if (pid_ < 0) throw errno_error("forking the guard of the host's settings");
  if (pid_ == 0) {
    withdraw(lifeline.read_end.number(), report.write_end.number());
    stand_guard(weir, forwards);
  }
  lifeline_ = std::move(lifeline.write_end);
  report.write_end.reset();

  const std::string said = report.read_end.read_all();
  std::istringstream words(said);
  std::string word;
  words >> word;
  if (word != "on") {
    dismiss();
    throw RunError(said);
  }
  for (std::string version, interface; words >> version >> interface;) {
    switched_on_.push_back({version == "4" ? IpVersion::k4 : IpVersion::k6, interface});
  }
}

HostGuard::~HostGuard() {
  dismiss();
}

void HostGuard::dismiss() {
  static_cast<void>(lifeline_.write_all(kFarewell));
  lifeline_.reset();
  waitpid(pid_, nullptr, 0);
}

}  // namespace weir
