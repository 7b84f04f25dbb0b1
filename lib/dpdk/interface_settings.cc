#include "dpdk/interface_settings.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace weir {
namespace {

/// One request to the kernel about an interface (netdevice(7)); false, with errno, when it is refused.
bool ask(const std::string& name, unsigned long request, ifreq& content) {
  const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0) return false;
  name.copy(content.ifr_name, IFNAMSIZ - 1);
  const bool done = ioctl(control, request, &content) == 0;
  const int reason = errno;
  close(control);
  errno = reason;
  return done;
}

/// The same for ethtool's requests, whose content is one of linux/ethtool.h's structures.
template <typename Content>
bool ask_ethtool(const std::string& name, Content& content) {
  ifreq request{};
  request.ifr_data = reinterpret_cast<char*>(&content);
  return ask(name, SIOCETHTOOL, request);
}

std::optional<std::uint32_t> ethtool_value_of(const std::string& name, std::uint32_t command) {
  ethtool_value value{.cmd = command, .data = 0};
  if (!ask_ethtool(name, value)) return std::nullopt;
  return value.data;
}

void set_ethtool_value(const std::string& name, std::uint32_t command, std::uint32_t wanted) {
  ethtool_value value{.cmd = command, .data = wanted};
  ask_ethtool(name, value);
}

/// The host's own addresses on an interface; IPv6 link-local ones come by themselves and don't count.
std::vector<std::string> addresses_of(const std::string& name) {
  std::vector<std::string> found;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || name != entry->ifa_name) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (entry->ifa_addr->sa_family == AF_INET) {
      sockaddr_in address{};
      std::memcpy(&address, entry->ifa_addr, sizeof address);
      inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
      found.emplace_back(text.data());
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 address{};
      std::memcpy(&address, entry->ifa_addr, sizeof address);
      if (IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr)) continue;
      inet_ntop(AF_INET6, &address.sin6_addr, text.data(), text.size());
      found.emplace_back(text.data());
    }
  }
  freeifaddrs(list);
  return found;
}

/// The index of the other end of a veth pair, which the veth driver gives as its first statistic, "peer_ifindex".
std::optional<unsigned> peer_index(const std::string& name) {
  static_assert(sizeof(ethtool_stats) == sizeof(std::uint64_t), "one word, then the statistics");
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  if (!ask_ethtool(name, info) || std::string_view(info.driver) != "veth" || info.n_stats == 0) return std::nullopt;
  const auto memory = std::make_unique<std::uint64_t[]>(std::size_t{1} + info.n_stats);
  ethtool_stats header{};
  header.cmd = ETHTOOL_GSTATS;
  header.n_stats = info.n_stats;
  std::memcpy(memory.get(), &header, sizeof header);
  if (!ask_ethtool(name, memory[0])) return std::nullopt;
  return static_cast<unsigned>(memory[1]);
}

/// The peer's name, where it lives in this namespace: an index may name something else here, so the peer must agree.
std::optional<std::string> peer_of(const std::string& name) {
  const auto index = peer_index(name);
  std::array<char, IF_NAMESIZE> peer{};
  if (!index || if_indextoname(*index, peer.data()) == nullptr) return std::nullopt;
  if (peer.data() == name) return std::nullopt;  // the same number, in another namespace
  if (peer_index(peer.data()) != if_nametoindex(name.c_str())) return std::nullopt;
  return peer.data();
}

}  // namespace

InterfaceFacts look_at_interface(const std::string& name) {
  InterfaceFacts facts;
  facts.name = name;
  ifreq request{};
  if (!ask(name, SIOCGIFMTU, request)) {
    throw std::runtime_error("looking at interface " + name + " failed: " + std::strerror(errno));
  }
  facts.mtu = static_cast<std::uint32_t>(request.ifr_mtu);
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  if (ask_ethtool(name, info)) {
    facts.driver = info.driver;
    const std::string_view bus = info.bus_info;
    facts.hardware = !bus.empty() && bus != "tap" && bus != "tun" && bus != "N/A";
  }
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  if (ask_ethtool(name, channels)) {
    facts.receive_queues = std::max({1U, channels.combined_count, channels.rx_count});
  }
  facts.addresses = addresses_of(name);
  facts.peer = peer_of(name);
  facts.peer_offloads = facts.peer && ethtool_value_of(*facts.peer, ETHTOOL_GTXCSUM).value_or(0) != 0;
  return facts;
}

std::vector<std::string> interface_warnings(const InterfaceFacts& facts) {
  std::vector<std::string> warnings;
  if (!facts.addresses.empty()) {
    warnings.push_back("interface " + facts.name + " has the address " + facts.addresses.front() +
                       ": this host's own stack talks on the bench; run `ip addr flush dev " + facts.name + "`");
  }
  const bool may_offload = facts.driver == "veth" && (!facts.peer || facts.peer_offloads);
  if (may_offload) {
    const std::string peer = facts.peer.value_or("PEER");
    warnings.push_back("interface " + facts.name + " is one end of a veth pair: unless the other end computes its " +
                       "checksums, cuts its segments and writes its VLAN tags itself, frames arrive broken; run " +
                       "`ethtool -K " + peer + " tx off gso off tso off gro off txvlan off` there");
  }
  return warnings;
}

InterfaceSettings::InterfaceSettings(const InterfaceFacts& facts) : name_(facts.name) {
  const bool has_ipv6 =
      std::ranges::any_of(facts.addresses, [](const auto& address) { return address.find(':') != std::string::npos; });
  if (!has_ipv6) switch_ipv6_off();
  switch_off(ETHTOOL_GGRO, ETHTOOL_SGRO, 1);
  switch_off(ETHTOOL_GFLAGS, ETHTOOL_SFLAGS, ETH_FLAG_LRO | ETH_FLAG_RXVLAN);
  if (facts.hardware) use_one_queue();
  bring_up();
  receive_everything();
}

InterfaceSettings::Socket::~Socket() {
  if (descriptor >= 0) close(descriptor);
}

InterfaceSettings::~InterfaceSettings() {
  while (!undo_.empty()) {
    undo_.back()();
    undo_.pop_back();
  }
}

/// An IPv6 stack announces itself on every interface that is up (RFC 4861, RFC 4862).
void InterfaceSettings::switch_ipv6_off() {
  const std::string path = "/proc/sys/net/ipv6/conf/" + name_ + "/disable_ipv6";
  int disabled = 1;
  std::ifstream(path) >> disabled;
  if (disabled != 0) return;
  std::ofstream(path) << 1;
  undo_.emplace_back([path] { std::ofstream(path) << 0; });
}

void InterfaceSettings::switch_off(std::uint32_t get, std::uint32_t set, std::uint32_t bits) {
  const auto before = ethtool_value_of(name_, get);
  if (!before || (*before & bits) == 0) return;
  set_ethtool_value(name_, set, *before & ~bits);
  undo_.emplace_back([name = name_, set, value = *before] { set_ethtool_value(name, set, value); });
}

/// A port has one receive queue: frames that the NIC spreads over others would never be seen.
void InterfaceSettings::use_one_queue() {
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  if (!ask_ethtool(name_, channels) || channels.combined_count <= 1) return;
  ethtool_channels before = channels;
  channels.cmd = before.cmd = ETHTOOL_SCHANNELS;
  channels.combined_count = 1;
  if (!ask_ethtool(name_, channels)) return;
  undo_.emplace_back([name = name_, before]() mutable { ask_ethtool(name, before); });
}

/// Promiscuous mode by membership of a packet socket (packet(7)): it ends with the process, however that ends; a flag
/// set on the interface would stay after a kill.
void InterfaceSettings::receive_everything() {
  promiscuous_.descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  packet_mreq membership{};
  membership.mr_ifindex = static_cast<int>(if_nametoindex(name_.c_str()));
  membership.mr_type = PACKET_MR_PROMISC;
  setsockopt(promiscuous_.descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership);
}

/// The flags are put back whole: a driver may have switched promiscuous mode on and left it so.
void InterfaceSettings::bring_up() {
  ifreq request{};
  if (!ask(name_, SIOCGIFFLAGS, request)) return;
  ifreq before = request;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (!ask(name_, SIOCSIFFLAGS, request)) {
    throw std::runtime_error("bringing interface " + name_ + " up failed: " + std::strerror(errno));
  }
  undo_.emplace_back([name = name_, before]() mutable { ask(name, SIOCSIFFLAGS, before); });
}

}  // namespace weir
