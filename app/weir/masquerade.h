// What a command behind its link sends beyond this machine leaves under this machine's own address: a table of
// nftables' that belongs to a running `nft` and that the kernel removes when that ends (`flags owner`, Linux 5.13), at
// the latest with weir. Control thread, in the host's network namespace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/forwarding.h"
#include "weir/tool.h"

namespace weir {

class Masquerade {
 public:
  /// Why it can't be had on this machine; nullopt when it can.
  [[nodiscard]] static std::optional<std::string> obstacle();

  /// @param table a name that no other run has
  /// @param networks of the commands, IPv4 and IPv6
  /// @param switched_on interfaces that forward for weir's sake alone: nothing new may come in through them
  /// @throws RunError when the table isn't there within a second.
  Masquerade(const std::string& table, const std::vector<std::string>& networks,
             const std::vector<Forwarder>& switched_on);

 private:
  FedTool nft_;
};

}  // namespace weir
