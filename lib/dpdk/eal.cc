#include "dpdk/eal.h"

#include <fcntl.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_pdump.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "weir-";

/// Keeps stdout clean while it lives: it belongs to weir's own words. What the EAL prints there (its usage, whenever
/// an argument is wrong) goes nowhere, or to stderr when the user asked for it.
class StdoutAside {
 public:
  explicit StdoutAside(bool wanted) {
    std::fflush(stdout);
    saved_ = dup(STDOUT_FILENO);
    const int place = wanted ? dup(STDERR_FILENO) : open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (place < 0) return;
    dup2(place, STDOUT_FILENO);
    close(place);
  }
  StdoutAside(const StdoutAside&) = delete;
  StdoutAside& operator=(const StdoutAside&) = delete;
  ~StdoutAside() {
    std::fflush(stdout);
    if (saved_ < 0) return;
    dup2(saved_, STDOUT_FILENO);
    close(saved_);
  }

 private:
  int saved_ = -1;
};

std::vector<unsigned> usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<unsigned> cpus;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  if (cpus.empty()) cpus.push_back(0);
  return cpus;
}

/// The EAL's helper threads inherit what the caller may run on: so they stay away from the workers' CPUs.
void stay_on(unsigned cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

std::size_t free_hugepages_mib() {
  std::size_t kib = 0;
  std::error_code none;
  for (const auto& size : fs::directory_iterator("/sys/kernel/mm/hugepages", none)) {
    constexpr std::string_view kStem = "hugepages-";  // hugepages-2048kB
    const std::string name = size.path().filename();
    std::size_t page_kib = 0;
    std::from_chars(name.data() + kStem.size(), name.data() + name.size(), page_kib);
    std::size_t pages = 0;
    std::ifstream(size.path() / "free_hugepages") >> pages;
    kib += pages * page_kib;
  }
  return kib / 1024;
}

std::size_t available_mib() {
  std::ifstream meminfo("/proc/meminfo");
  for (std::string line; std::getline(meminfo, line);) {
    constexpr std::string_view kStem = "MemAvailable:";
    if (line.starts_with(kStem)) return std::strtoull(line.c_str() + kStem.size(), nullptr, 10) / 1024;
  }
  return 0;
}

/// Where DPDK keeps its run-time files (eal_create_runtime_dir): one directory a file prefix.
fs::path runtime_root() {
  if (getuid() == 0) return "/var/run/dpdk";
  const char* const user = std::getenv("XDG_RUNTIME_DIR");
  return fs::path(user != nullptr ? user : "/tmp") / "dpdk";
}

bool is_gone(std::string_view pid_text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(pid_text.data(), pid_text.data() + pid_text.size(), pid);
  if (error != std::errc() || end != pid_text.data() + pid_text.size() || pid <= 0) return false;
  if (kill(pid, 0) != 0) return errno == ESRCH;
  std::ifstream stat("/proc/" + std::string(pid_text) + "/stat");  // "1234 (weir) Z ...": dead, and nobody has asked
  std::string text;
  std::getline(stat, text);
  return text.find(") Z ") != std::string::npos;
}

bool hugetlbfs_mounted() {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(" hugetlbfs ") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

struct Eal::State {
  EalCommand command;
  std::vector<char*> argv;     // the EAL keeps pointers into it
  fs::path runtime_directory;  // ours to remove; empty when the user named it
};

Machine look_at_machine() {
  return {.cpus = usable_cpus(),
          .free_hugepages_mib = free_hugepages_mib(),
          .hugetlbfs = hugetlbfs_mounted(),
          .file_prefix = std::string(kPrefix) + std::to_string(getpid()),
          .available_mib = available_mib()};
}

void remove_stale_runtime_directories() {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(runtime_root(), none)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kPrefix) || !is_gone(std::string_view(name).substr(kPrefix.size()))) continue;
    fs::remove_all(entry.path(), none);
  }
}

Eal::Eal(const EalPlan& plan) : state_(std::make_unique<State>()) {
  remove_stale_runtime_directories();
  const Machine machine = look_at_machine();
  state_->command = eal_command(plan, machine);
  for (auto& argument : state_->command.arguments) state_->argv.push_back(argument.data());
  state_->argv.push_back(nullptr);
  if (!has_option(plan.user_arguments, "--file-prefix")) {
    state_->runtime_directory = runtime_root() / machine.file_prefix;
  }

  const std::string attempt = "starting DPDK's EAL with `" + command_line(state_->command.arguments) + "` failed: ";
  if (state_->command.own_cores) stay_on(state_->command.control_cpu);
  rte_openlog_stream(stderr);
  const StdoutAside aside(has_option(plan.user_arguments, "--help"));
  if (rte_eal_init(static_cast<int>(state_->command.arguments.size()), state_->argv.data()) < 0) {
    std::error_code none;
    if (!state_->runtime_directory.empty()) fs::remove_all(state_->runtime_directory, none);
    throw std::runtime_error(attempt + rte_strerror(rte_errno));
  }
  rte_pdump_init();  // for dpdk-dumpcap; without it weir forwards just the same
  if (workers() < plan.workers) {
    const unsigned found = workers();
    rte_eal_cleanup();
    throw std::runtime_error(attempt + "these lcores give " + std::to_string(found) + " worker(s), " +
                             std::to_string(plan.workers) + " are asked for");
  }
}

Eal::~Eal() {
  rte_pdump_uninit();
  rte_eal_cleanup();
  std::error_code none;
  if (!state_->runtime_directory.empty()) fs::remove_all(state_->runtime_directory, none);
}

const EalCommand& Eal::command() const {
  return state_->command;
}

unsigned Eal::workers() const {
  return rte_lcore_count() - 1;
}

}  // namespace weir
