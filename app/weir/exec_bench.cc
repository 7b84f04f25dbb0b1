#include "weir/exec_bench.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "dpdk/capabilities.h"
#include "profile/errors.h"
#include "profile/spelling.h"
#include "weir/tool.h"

namespace weir {
namespace {

constexpr const char* kCommandEnd = "eth0";
constexpr const char* kClient = "client";
constexpr const char* kServer = "server";

void require_namespaces() {
  const std::vector<std::string> missing = missing_capabilities(Privilege::kNamespaces | Privilege::kRawFrames);
  if (missing.empty()) return;
  const std::vector<std::string_view> names(missing.begin(), missing.end());
  throw UsageError(fmt::format("making the command's network needs {}, which this process lacks: run it as root",
                               comma_separated(names)));
}

/// Sets a variable of the calling thread's network namespace where the kernel knows it (/proc/sys/net, by its path).
void set_variable(const std::string& path, int value) {
  const std::string whole = "/proc/sys/net/" + path;
  if (std::filesystem::exists(whole)) std::ofstream(whole) << value;
}

/// A veth end hands over unfinished checksums and frames of up to 64 KiB unless told otherwise.
void send_plain_frames(const std::string& interface) {
  std::vector<std::string> command = {"ethtool", "-K", interface};
  for (const char* offload : {"tx", "tso", "gso", "gro", "txvlan", "rxvlan"}) {
    command.insert(command.end(), {offload, "off"});
  }
  run_tool(command);
}

/// The kernel takes up to a second to notice that a link has both its ends; until then it sends nothing.
void wait_until_up(const std::string& interface) {
  constexpr int kTries = 200;
  constexpr useconds_t kPause = 10'000;  // µs
  const FileDescriptor control(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  for (int tried = 0; tried < kTries; ++tried) {
    const bool answered = ioctl(control.number(), SIOCGIFFLAGS, &request) == 0;
    if (answered && (request.ifr_flags & IFF_RUNNING) != 0) return;
    usleep(kPause);
  }
  throw RunError("waiting for interface " + interface + " failed: its link did not come up within two seconds");
}

/// The least of what this machine's ways out can carry, so that no frame from the command is too long for them;
/// 1500 at most, and no less than IPv6 needs (RFC 8200, section 5).
int link_mtu() {
  constexpr int kMost = 1'500;
  constexpr int kLeast = 1'280;
  int mtu = kMost;
  const FileDescriptor control(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return mtu;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    ifreq request{};
    std::string(entry->ifa_name).copy(request.ifr_name, IFNAMSIZ - 1);
    const bool leads_out = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    if (leads_out && ioctl(control.number(), SIOCGIFMTU, &request) == 0) mtu = std::min(mtu, request.ifr_mtu);
  }
  freeifaddrs(list);
  return std::max(mtu, kLeast);
}

/// Gives one end of the link its addresses and brings it up.
void configure_end(const std::string& interface, const std::string& ipv4, const std::optional<std::string>& ipv6) {
  send_plain_frames(interface);
  set_variable("ipv6/conf/" + interface + "/accept_ra", 0);
  run_tool({"ip", "addr", "add", ipv4 + "/30", "dev", interface});
  if (ipv6) {
    set_variable("ipv6/conf/" + interface + "/disable_ipv6", 0);
    run_tool({"ip", "addr", "add", *ipv6 + "/64", "dev", interface, "nodad"});
  }
  run_tool({"ip", "link", "set", interface, "up"});
}

}  // namespace

// The first steps leave nothing on the host; what does comes when they have worked.
ExecBench::ExecBench(const std::vector<std::string>& command, const SignalsAside& signals)
    : interface_("weir" + std::to_string(getpid())), host_(getpid()) {
  require_namespaces();
  choose_addresses();
  find_out_what_can_be_reached();
  command_ = std::make_unique<CommandInit>(command, signals.mask_before());
  guard_ = std::make_unique<HostGuard>(forwards_);
  enter_own_namespace();
  join_with_veth();
  set_up_host();
  set_up_command();
  for (const char* end : {kClient, kServer}) wait_until_up(end);
  NetworkNamespace(command_->pid()).inside([] { wait_until_up(kCommandEnd); });
  host_.inside([this] {
    wait_until_up(interface_);
    if (!forwards_) return;
    std::vector<std::string> networks = {ipv4_.network};
    if (ipv6_) networks.push_back(ipv6_->network);
    masquerade_ = std::make_unique<Masquerade>(interface_, networks, guard_->switched_on());
  });
}

// An interface lives on while a namespace is being taken down, which the kernel does when it has time: so by hand.
ExecBench::~ExecBench() {
  command_.reset();
  masquerade_.reset();
  for (const char* end : {kClient, kServer}) static_cast<void>(try_tool({"ip", "link", "del", end}));
}

LinkOption ExecBench::link() const {
  return {kClient, kServer};
}

void ExecBench::start_command() {
  std::vector<std::string> environment = {"WEIR_HOST=" + ipv4_.host};
  if (ipv6_) environment.push_back("WEIR_HOST6=" + ipv6_->host);
  command_->start(environment);
}

void ExecBench::choose_addresses() {
  const std::string routes = run_tool({"ip", "-4", "route", "show", "table", "all"});
  const auto free = choose_ipv4(static_cast<std::uint32_t>(getpid()), routes);
  if (!free) throw RunError("finding addresses for the command's link failed: this machine's routes leave none free");
  ipv4_ = *free;
  if (!std::filesystem::exists("/proc/sys/net/ipv6")) return;
  std::array<std::uint8_t, 5> global_id{};
  if (getrandom(global_id.data(), global_id.size(), 0) < 0) throw errno_error("drawing an IPv6 prefix");
  ipv6_ = make_ipv6(global_id);
}

void ExecBench::find_out_what_can_be_reached() {
  const std::optional<std::string> obstacle = Masquerade::obstacle();
  forwards_ = !obstacle;
  if (obstacle) std::cerr << "weir: the command reaches this machine, but nothing beyond it: " << *obstacle << '\n';
}

void ExecBench::enter_own_namespace() const {
  if (unshare(CLONE_NEWNET) != 0) throw errno_error("making a network namespace");
  for (const char* scope : {"all", "default"}) set_variable(fmt::format("ipv6/conf/{}/disable_ipv6", scope), 1);
}

void ExecBench::join_with_veth() const {
  int mtu_beyond = 0;
  host_.inside([&mtu_beyond] { mtu_beyond = link_mtu(); });
  const std::string mtu = std::to_string(mtu_beyond);
  const std::string command = std::to_string(command_->pid());
  const std::string host = std::to_string(guard_->pid());
  run_tool({"ip", "link", "add", kClient, "mtu", mtu, "type", "veth", "peer", "name", kCommandEnd, "mtu", mtu, "netns",
            command});
  run_tool({"ip", "link", "add", kServer, "mtu", mtu, "type", "veth", "peer", "name", interface_, "mtu", mtu, "netns",
            host});
  for (const char* end : {kClient, kServer}) {
    send_plain_frames(end);
    run_tool({"ip", "link", "set", end, "up"});
  }
}

void ExecBench::set_up_host() const {
  host_.inside([this] {
    configure_end(interface_, ipv4_.host, ipv6_ ? std::optional(ipv6_->host) : std::nullopt);
    if (forwards_) forward_from(interface_);
  });
}

// Without a way beyond this machine by IPv6 there is no default route, so that programs know at once and use IPv4.
void ExecBench::set_up_command() const {
  NetworkNamespace(command_->pid()).inside([this] {
    run_tool({"ip", "link", "set", "lo", "up"});
    configure_end(kCommandEnd, ipv4_.command, ipv6_ ? std::optional(ipv6_->command) : std::nullopt);
    run_tool({"ip", "route", "add", "default", "via", ipv4_.host});
    if (!ipv6_ || !forwards_) return;
    bool reaches_ipv6 = false;
    host_.inside([&reaches_ipv6] { reaches_ipv6 = can_forward_ipv6(); });
    if (reaches_ipv6) run_tool({"ip", "-6", "route", "add", "default", "via", ipv6_->host});
  });
}

}  // namespace weir
