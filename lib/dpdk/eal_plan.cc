#include "dpdk/eal_plan.h"

#include <algorithm>
#include <initializer_list>

namespace weir {
namespace {

bool has_any(const std::vector<std::string>& arguments, std::initializer_list<std::string_view> options) {
  return std::ranges::any_of(options, [&](std::string_view option) { return has_option(arguments, option); });
}

/// Lcore 0 is the control thread, lcores 1..workers the workers, each pinned to a CPU of its own while there are some.
std::string lcore_map(const std::vector<unsigned>& cpus, unsigned workers) {
  std::string map = "0@" + std::to_string(cpus.front());
  const std::size_t for_workers = std::max<std::size_t>(cpus.size() - 1, 1);
  for (unsigned worker = 0; worker < workers; ++worker) {
    const std::size_t place = cpus.size() == 1 ? 0 : 1 + worker % for_workers;
    map.append(",").append(std::to_string(worker + 1)).append("@").append(std::to_string(cpus[place]));
  }
  return map;
}

void choose_cores(const EalPlan& plan, const Machine& machine, EalCommand& command) {
  if (has_any(plan.user_arguments, {"-l", "-c", "--lcores"})) {
    command.own_cores = false;
    return;
  }
  command.control_cpu = machine.cpus.front();
  command.arguments.push_back("--lcores=" + lcore_map(machine.cpus, plan.workers));
  if (machine.cpus.size() < plan.workers + std::size_t{1}) {
    command.remarks.push_back(std::to_string(plan.workers) + " worker(s) and the control thread share " +
                              std::to_string(machine.cpus.size()) +
                              " CPU(s): frames may leave late; give weir more CPUs or fewer --workers");
  }
}

/// Hugepages when enough are free, else ordinary memory. With hugepages --in-memory, so that a killed run leaves no
/// files, unless the user names their prefix (DPDK's own tools attach to a run by it). The two exclude each other, and
/// both exclude what a user asks of hugepage files.
void choose_memory(const EalPlan& plan, const Machine& machine, EalCommand& command) {
  const auto& user = plan.user_arguments;
  const bool user_has_no_huge = has_option(user, "--no-huge");
  command.hugepages = !user_has_no_huge && machine.free_hugepages_mib >= plan.memory_mib;
  if (has_any(user, {"--in-memory", "--huge-dir", "--huge-unlink", "--socket-mem", "--legacy-mem"})) {
    command.hugepages = true;
    return;
  }
  if (command.hugepages) {
    const bool files = has_option(user, "--file-prefix") && machine.hugetlbfs;
    if (!files) command.arguments.emplace_back("--in-memory");
    return;
  }
  if (!user_has_no_huge) {
    command.arguments.emplace_back("--no-huge");
    command.remarks.push_back("memory without hugepages (" + std::to_string(machine.free_hugepages_mib) + " of " +
                              std::to_string(plan.memory_mib) +
                              " MiB are free in hugepages): it works, but slower; scripts/setup-host shows how to "
                              "reserve some");
  }
  if (!has_option(user, "-m")) {
    command.arguments.emplace_back("-m");
    command.arguments.push_back(std::to_string(plan.memory_mib));
  }
}

/// The bus is scanned only for the ports that were asked for: any other NIC stays with whoever has it.
void choose_devices(const EalPlan& plan, EalCommand& command) {
  const auto& user = plan.user_arguments;
  if (!has_any(user, {"-a", "--allow", "-b", "--block", "--no-pci"})) {
    if (plan.pci_ports.empty()) command.arguments.emplace_back("--no-pci");
    for (const auto& address : plan.pci_ports) {
      command.arguments.emplace_back("-a");
      command.arguments.push_back(address);
    }
  }
  for (const auto& vdev : plan.vdevs) command.arguments.push_back("--vdev=" + vdev);
}

}  // namespace

bool has_option(const std::vector<std::string>& arguments, std::string_view option) {
  const bool is_long = option.starts_with("--");
  return std::ranges::any_of(arguments, [&](std::string_view argument) {
    if (!argument.starts_with(option)) return false;
    if (argument.size() == option.size()) return true;
    return !is_long || argument[option.size()] == '=';
  });
}

EalCommand eal_command(const EalPlan& plan, const Machine& machine) {
  EalCommand command;
  command.arguments.push_back(plan.name);
  choose_cores(plan, machine, command);
  choose_memory(plan, machine, command);
  choose_devices(plan, command);
  const auto& user = plan.user_arguments;
  if (!has_option(user, "--file-prefix")) command.arguments.push_back("--file-prefix=" + machine.file_prefix);
  if (!has_option(user, "--log-level")) {
    // In this order: types that exist take the last word, types that come later (telemetry's) the first one.
    for (const auto* const quiet : {"lib.telemetry:error", "*:warning", "lib.eal:error"}) {
      command.arguments.push_back(std::string("--log-level=") + quiet);
    }
  }
  command.arguments.insert(command.arguments.end(), user.begin(), user.end());
  return command;
}

std::vector<std::string> vdev_names(const std::vector<std::string>& user_arguments) {
  constexpr std::string_view kOption = "--vdev";
  std::vector<std::string> names;
  for (std::size_t i = 0; i < user_arguments.size(); ++i) {
    std::string_view argument = user_arguments[i];
    if (!argument.starts_with(kOption)) continue;
    argument.remove_prefix(kOption.size());
    if (argument.starts_with('=')) {
      argument.remove_prefix(1);
    } else if (argument.empty() && i + 1 < user_arguments.size()) {
      argument = user_arguments[++i];
    } else {
      continue;
    }
    names.emplace_back(argument.substr(0, argument.find(',')));
  }
  return names;
}

std::string command_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const auto& argument : arguments) {
    if (!line.empty()) line += ' ';
    const bool plain = !argument.empty() && argument.find_first_of(" \t\"'\\$*?[]()&;|<>#~`!{}") == std::string::npos;
    if (plain) {
      line += argument;
      continue;
    }
    line += '\'';
    for (const char letter : argument) line += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    line += '\'';
  }
  return line;
}

}  // namespace weir
