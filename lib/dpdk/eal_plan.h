// What DPDK's EAL is to be told: a pure function of what weir needs, what the machine has and what the user typed
// behind `--`. The user's word wins: an option he gave is never given again by us. Control thread, before the start.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// What one run needs of the EAL.
struct EalPlan {
  std::string name = "weir";           // argv[0]
  unsigned workers = 1;                // worker threads, besides the control thread
  std::size_t memory_mib = 256;        // packet pools and what the ports take, in MiB
  std::vector<std::string> pci_ports;  // PCI addresses that are to become ports; nothing else on the bus is touched
  std::vector<std::string> vdevs;      // as behind --vdev: "net_ring0", "net_pcap0,rx_pcap=in.pcap"
  std::vector<std::string> user_arguments;  // what stood behind `--`
};

/// What the machine offers.
struct Machine {
  std::vector<unsigned> cpus;          // that this process may run on, ascending
  std::size_t free_hugepages_mib = 0;  // in free hugepages of any size
  bool hugetlbfs = false;              // is mounted: without it hugepages are to be had as memory, not as files
  std::string file_prefix = "weir-0";  // unique to this process
  std::size_t available_mib = 0;       // of ordinary memory, that others can do without (MemAvailable)
};

/// The EAL's command line and how it came to be.
struct EalCommand {
  std::vector<std::string> arguments;  // argv, with argv[0]
  std::vector<std::string> remarks;    // sentences for stderr: what was taken, and what it costs
  bool hugepages = false;              // memory comes from hugepages
  bool own_cores = true;               // lcores were chosen by us, so the control CPU below is right
  unsigned control_cpu = 0;            // where the control thread and the EAL's helper threads belong
};

/// True when `arguments` hold an option: `-l`, `-l0-3`, `--lcores` or `--lcores=...`.
[[nodiscard]] bool has_option(const std::vector<std::string>& arguments, std::string_view option);

/// Writes the EAL's command line. Pure.
[[nodiscard]] EalCommand eal_command(const EalPlan& plan, const Machine& machine);

/// The names of the virtual devices that user arguments define with --vdev.
[[nodiscard]] std::vector<std::string> vdev_names(const std::vector<std::string>& user_arguments);

/// One line a shell would accept, to be shown.
[[nodiscard]] std::string command_line(const std::vector<std::string>& arguments);

}  // namespace weir
