// The addresses on the link between a command and this machine. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

struct LinkAddresses {
  std::string network;  // IPv4, a /30
  std::string host;     // this machine
  std::string command;
};

/// A network that none of the routes meets, out of 100.64.0.0/10 (RFC 6598: for addresses between a customer and the
/// carrier, so rarely found on a machine), else out of 198.18.0.0/15 (RFC 2544: for benches). nullopt when none is
/// free.
/// @param start where to begin to look: different numbers give different networks
/// @param routes what `ip -4 route show table all` prints
[[nodiscard]] std::optional<LinkAddresses> choose_ipv4(std::uint32_t start, std::string_view routes);

/// A /64 of a unique local prefix (RFC 4193, section 3.1: fd, then 40 random bits).
[[nodiscard]] LinkAddresses make_ipv6(const std::array<std::uint8_t, 5>& global_id);

}  // namespace weir
