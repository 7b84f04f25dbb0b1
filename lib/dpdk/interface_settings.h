// What weir asks of a kernel interface and changes on it while it runs: an RAII object that puts everything back.
// Control thread only. Outlives the port that uses the interface.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// What the kernel says about an interface.
struct InterfaceFacts {
  std::string name;
  std::string driver;                  // "veth", "tun", "ixgbe"; empty when the kernel doesn't tell
  std::uint32_t mtu = 1500;            // bytes
  bool hardware = false;               // a device on a bus, not something that lives in the kernel alone
  std::vector<std::string> addresses;  // of the host itself, IPv6 link-local ones left out
  unsigned receive_queues = 1;
  std::optional<std::string> peer;  // the other end of a veth pair, where it is in this network namespace too
  bool peer_offloads = false;       // and it leaves checksums to the receiver
};

/// Asks the kernel; throws std::runtime_error when there is no such interface.
[[nodiscard]] InterfaceFacts look_at_interface(const std::string& name);

/// What the user should know about an interface before a run: each sentence says what to do. Pure.
[[nodiscard]] std::vector<std::string> interface_warnings(const InterfaceFacts& facts);

class InterfaceSettings {
 public:
  /// Makes the interface fit for a wire: up, one receive queue, no GRO or LRO (they glue frames together), VLAN tags
  /// left in the frame, no IPv6 of the host's own unless the host has an address there, frames for any host taken in.
  /// What can't be changed stays.
  explicit InterfaceSettings(const InterfaceFacts& facts);
  InterfaceSettings(const InterfaceSettings&) = delete;
  InterfaceSettings& operator=(const InterfaceSettings&) = delete;

  /// Puts back what was changed, the newest change first.
  ~InterfaceSettings();

 private:
  void switch_ipv6_off();
  void switch_off(std::uint32_t get, std::uint32_t set, std::uint32_t bits);
  void use_one_queue();
  void bring_up();
  void receive_everything();

  /// A socket, closed with the object.
  class Socket {
   public:
    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket();
    int descriptor = -1;
  };

  std::string name_;
  Socket promiscuous_;
  std::vector<std::function<void()>> undo_;
};

}  // namespace weir
