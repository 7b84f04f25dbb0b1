#include "weir/command_init.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "weir/tool.h"

namespace weir {
namespace {

constexpr int kNotFound = 127;       // as shells say it (POSIX.1-2017, XCU 2.8.2)
constexpr int kNotExecutable = 126;  // likewise
constexpr int kFailed = 1;

[[noreturn]] void give_up(const std::string& what, int code) {
  std::cerr << "weir exec: " << what << ": " << std::strerror(errno) << std::endl;
  _exit(code);
}

/// Whether names are looked up at an address that only the host's own loopback interface has.
bool resolver_is_on_loopback() {
  std::ifstream file("/etc/resolv.conf");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("nameserver 127.") || line == "nameserver ::1") return true;
  }
  return false;
}

/// A /proc of its own, and name servers that it can reach where systemd-resolved knows them.
void mount_own_view() {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) give_up("making mounts private", kFailed);
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    give_up("mounting /proc for the command", kFailed);
  }
  constexpr const char* kServersBehindResolved = "/run/systemd/resolve/resolv.conf";
  if (!resolver_is_on_loopback() || !std::filesystem::exists(kServersBehindResolved)) return;
  mount(kServersBehindResolved, "/etc/resolv.conf", nullptr, MS_BIND, nullptr);
}

[[noreturn]] void become(const std::vector<std::string>& command, const sigset_t& signal_mask) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  sigprocmask(SIG_SETMASK, &signal_mask, nullptr);
  execvp(words[0], words.data());
  give_up(command[0], errno == ENOENT ? kNotFound : kNotExecutable);
}

/// Reaps until the command has ended, and hands on what weir sends meanwhile. What comes from the terminal the command
/// gets by itself: it is in the same group.
int wait_for(pid_t command, const sigset_t& awaited) {
  for (;;) {
    siginfo_t signal{};
    if (sigwaitinfo(&awaited, &signal) < 0) continue;
    if (signal.si_signo != SIGCHLD) {
      if (signal.si_code != SI_KERNEL) kill(command, signal.si_signo);
      continue;
    }
    int status = 0;
    for (pid_t ended = 0; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended == command) return exit_code(status);
    }
  }
}

/// What `start` writes: settings of the environment, a line each.
void put_into_environment(const std::string& settings) {
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = settings.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string line = settings.substr(begin, end - begin);
    const std::size_t equals = line.find('=');
    setenv(line.substr(0, equals).c_str(), line.substr(equals + 1).c_str(), 1);
  }
}

/// @param signal_mask the one that weir was started with, which the command is to have
[[noreturn]] void live(const std::vector<std::string>& command, const FileDescriptor& go, const sigset_t& signal_mask) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::string settings = go.read_all();
  if (settings.empty()) _exit(kFailed);  // weir is gone, or has given up
  put_into_environment(settings);
  mount_own_view();

  // A blocked signal waits for the first process of a PID namespace; one that isn't blocked is lost
  // (pid_namespaces(7)).
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int signal : {SIGCHLD, SIGTERM, SIGHUP}) sigaddset(&awaited, signal);
  sigprocmask(SIG_BLOCK, &awaited, nullptr);
  const pid_t child = fork();
  if (child < 0) give_up("starting " + command[0], kFailed);
  if (child == 0) become(command, signal_mask);
  _exit(wait_for(child, awaited));
}

}  // namespace

CommandInit::CommandInit(const std::vector<std::string>& command, const sigset_t& signal_mask) {
  Pipe go = make_pipe();
  constexpr unsigned long kOwn = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET;
  const long child = syscall(SYS_clone, kOwn | SIGCHLD, nullptr, nullptr, nullptr, 0);  // fork(2) knows no namespaces
  if (child < 0) throw errno_error("making namespaces for the command");
  if (child == 0) {
    go.write_end.reset();
    live(command, go.read_end, signal_mask);
  }
  pid_ = static_cast<pid_t>(child);
  go_ = std::move(go.write_end);
}

CommandInit::~CommandInit() {
  if (ended()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void CommandInit::start(const std::vector<std::string>& environment) {
  std::string lines;
  for (const std::string& setting : environment) lines += setting + '\n';
  if (!go_.write_all(lines)) throw errno_error("starting the command");
  go_.reset();
}

void CommandInit::pass_on(int signal) const {
  if (!code_) kill(pid_, signal);
}

std::optional<int> CommandInit::ended() {
  int status = 0;
  if (!code_ && waitpid(pid_, &status, WNOHANG) == pid_) code_ = exit_code(status);
  return code_;
}

}  // namespace weir
