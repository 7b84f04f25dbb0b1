#include "weir/link_addresses.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <vector>

namespace weir {
namespace {

struct Network {
  std::uint32_t address = 0;
  unsigned length = 32;  // bits

  [[nodiscard]] std::uint32_t mask() const { return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length); }
  [[nodiscard]] bool meets(const Network& other) const {
    return ((address ^ other.address) & mask() & other.mask()) == 0;
  }
};

std::string dotted(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 255U, (address >> 8U) & 255U, address & 255U);
}

/// "10.0.0.0/8", or an address alone.
std::optional<Network> parse_network(const std::string& word) {
  const std::size_t slash = std::min(word.find('/'), word.size());
  in_addr address{};
  if (inet_pton(AF_INET, word.substr(0, slash).c_str(), &address) != 1) return std::nullopt;
  Network network{ntohl(address.s_addr), 32};
  if (slash < word.size()) std::from_chars(word.data() + slash + 1, word.data() + word.size(), network.length);
  return network;
}

/// The destination is a line's first word, or its second behind a type: "local 10.0.0.1 dev eth0 ...". A default route
/// has none, so its gateway isn't taken for one.
std::vector<Network> destinations(std::string_view routes) {
  std::vector<Network> found;
  std::istringstream lines{std::string(routes)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    words >> first >> second;
    if (first == "default" || second == "default") continue;
    auto network = parse_network(first);
    if (!network) network = parse_network(second);
    if (network) found.push_back(*network);
  }
  return found;
}

}  // namespace

std::optional<LinkAddresses> choose_ipv4(std::uint32_t start, std::string_view routes) {
  constexpr unsigned kLength = 30;
  constexpr std::uint32_t kTries = 256;
  constexpr std::array<Network, 2> kPlaces = {Network{0x64400000, 10}, Network{0xC6120000, 15}};
  const std::vector<Network> taken = destinations(routes);
  for (const Network& place : kPlaces) {
    const std::uint32_t networks = std::uint32_t{1} << (kLength - place.length);
    for (std::uint32_t tried = 0; tried < kTries; ++tried) {
      const Network free{place.address + (start + tried) % networks * 4, kLength};
      const auto meets = [&free](const Network& route) { return free.meets(route); };
      if (std::ranges::any_of(taken, meets)) continue;
      return LinkAddresses{dotted(free.address) + "/30", dotted(free.address + 1), dotted(free.address + 2)};
    }
  }
  return std::nullopt;
}

LinkAddresses make_ipv6(const std::array<std::uint8_t, 5>& id) {
  const std::string prefix = fmt::format("fd{:02x}:{:02x}{:02x}:{:02x}{:02x}:", id[0], id[1], id[2], id[3], id[4]);
  return {prefix + ":/64", prefix + ":1", prefix + ":2"};
}

}  // namespace weir
