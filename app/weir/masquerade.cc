#include "weir/masquerade.h"

#include <unistd.h>

#include "profile/errors.h"

namespace weir {
namespace {

/// The table as nft reads it, on one line: interactively a line is a transaction.
std::string ruleset(const std::string& table, const std::vector<std::string>& networks,
                    const std::vector<Forwarder>& switched_on) {
  std::string text = "add table inet " + table + " { flags owner; ";
  text += "chain leaving { type nat hook postrouting priority srcnat; ";
  for (const std::string& network : networks) {
    const std::string family = network.find(':') == std::string::npos ? "ip" : "ip6";
    text += family + " saddr " + network + " " + family + " daddr != " + network + " masquerade; ";
  }
  text += "}; chain passing { type filter hook forward priority filter; ";
  for (const Forwarder& place : switched_on) {
    text += std::string("meta nfproto ") + (place.version == IpVersion::k4 ? "ipv4" : "ipv6") + " iifname \"" +
            place.interface + "\" ct state != { established, related } drop; ";
  }
  return text + "}; }\n";
}

bool is_there(const std::string& table) {
  return try_tool({"nft", "list", "table", "inet", table}).code == 0;
}

}  // namespace

std::optional<std::string> Masquerade::obstacle() try {
  const std::string sample = ruleset("weir", {"192.0.2.0/30", "fd00::/64"}, {{IpVersion::k4, "lo"}});
  const ToolResult check = try_tool({"nft", "--check", "--file", "-"}, sample);
  if (check.code == 0) return std::nullopt;
  return "nft: " + check.output.substr(0, check.output.find('\n'));
} catch (const RunError& error) {
  return error.what();
}

Masquerade::Masquerade(const std::string& table, const std::vector<std::string>& networks,
                       const std::vector<Forwarder>& switched_on)
    : nft_({"nft", "--interactive"}, ruleset(table, networks, switched_on)) {
  constexpr int kTries = 100;
  constexpr useconds_t kPause = 10'000;  // µs
  for (int tried = 0; tried < kTries; ++tried) {
    if (is_there(table)) return;
    usleep(kPause);
  }
  throw RunError("making the nftables table " + table + " failed: nft has not made it within a second");
}

}  // namespace weir
