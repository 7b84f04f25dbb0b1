#include "profile/addresses.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <optional>

#include "profile/errors.h"
#include "profile/units.h"

namespace weir {
namespace {

constexpr unsigned kBitsBeforeIpv4 = 96;
constexpr unsigned kAddressBits = 128;
constexpr std::size_t kLongestWord = 255;

[[noreturn]] void refuse(std::string_view name, std::string_view text, std::string_view why) {
  throw UsageError(fmt::format("{}: \"{}\" {}", name, text, why));
}

std::optional<IpAddress> read_address(const std::string& text) {
  std::array<std::byte, 4> octets;
  if (inet_pton(AF_INET, text.c_str(), octets.data()) == 1) return IpAddress::v4(octets);
  IpAddress address;
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

bool is_set(const IpAddress& address, unsigned bit) {
  return (std::to_integer<unsigned>(address.bytes[bit / 8]) >> (7 - bit % 8) & 1U) != 0;
}

bool has_bits_behind(const Cidr& cidr) {
  for (unsigned bit = cidr.prefix; bit < kAddressBits; ++bit) {
    if (is_set(cidr.address, bit)) return true;
  }
  return false;
}

/// The same with all bits behind the prefix 0.
Cidr cut_off(Cidr cidr) {
  for (unsigned bit = cidr.prefix; bit < kAddressBits; ++bit) {
    cidr.address.bytes[bit / 8] &= ~(std::byte{0x80} >> bit % 8);
  }
  return cidr;
}

bool is_v4(const Cidr& cidr) {
  return cidr.address.is_v4() && cidr.prefix >= kBitsBeforeIpv4;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

void require_a_host(std::string_view name, std::string_view text, std::string_view host) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-._";
  constexpr std::string_view kAddressLetters = "0123456789abcdef:.";
  if (host.empty()) refuse(name, text, "is no host name");
  const bool is_address = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string_view inner = is_address ? host.substr(1, host.size() - 2) : host;
  const std::size_t wrong = inner.find_first_not_of(is_address ? kAddressLetters : kLetters);
  if (wrong == std::string_view::npos) return;
  if (inner[wrong] == ':') refuse(name, text, "has a port: hosts are compared without (use server-port)");
  if (inner[wrong] == '*') refuse(name, text, "may have its * only in front: \"*.example.org\"");
  refuse(name, text, fmt::format("is no host name: '{}' can't stand in one", inner[wrong]));
}

}  // namespace

Cidr parse_cidr(std::string_view name, std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = read_address(std::string(text.substr(0, slash)));
  if (!address) refuse(name, text, "is no address: write \"10.9.0.1\", \"10.0.0.0/8\" or \"fd09::/64\"");
  const unsigned before = address->is_v4() ? kBitsBeforeIpv4 : 0;
  Cidr cidr{*address, kAddressBits};
  if (slash == std::string_view::npos) return cidr;
  cidr.prefix = static_cast<std::uint8_t>(before + parse_count(name, text.substr(slash + 1), 0, kAddressBits - before));
  if (has_bits_behind(cidr)) {
    refuse(name, text, fmt::format("has bits behind its prefix (did you mean {}?)", write_cidr(cut_off(cidr))));
  }
  return cidr;
}

std::string write_cidr(const Cidr& cidr) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* const bytes = cidr.address.bytes.data();
  if (is_v4(cidr)) {
    inet_ntop(AF_INET, bytes + 12, text.data(), text.size());
    return fmt::format("{}/{}", text.data(), cidr.prefix - kBitsBeforeIpv4);
  }
  inet_ntop(AF_INET6, bytes, text.data(), text.size());
  return fmt::format("{}/{}", text.data(), cidr.prefix);
}

HostPattern parse_host(std::string_view name, std::string_view text) {
  if (text == "*") return {"*", false};
  const bool below = text.starts_with("*.");
  const std::string host = lower(below ? text.substr(2) : text);
  require_a_host(name, text, host);
  return {host, below};
}

std::string write_host(const HostPattern& host) {
  return host.below ? "*." + host.name : host.name;
}

PathPattern parse_path(std::string_view name, std::string_view text) {
  const bool begins_right = text.starts_with('/') || text.starts_with('*');
  if (!begins_right) refuse(name, text, "is no path: it begins with /");
  const bool is_glob = text.find_first_of("*?") != std::string_view::npos;
  const std::string path = parse_word(name, text);
  return {path, is_glob ? PathPattern::Kind::kGlob : PathPattern::Kind::kPrefix};
}

QuicIdPattern parse_quic_id(std::string_view name, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  QuicIdPattern id;
  id.prefix = text.ends_with('*');
  const std::string_view hex = text.substr(0, text.size() - (id.prefix ? 1 : 0));
  const auto digit = [&](std::size_t at) {
    const char c = hex[at] >= 'A' && hex[at] <= 'F' ? static_cast<char>(hex[at] + ('a' - 'A')) : hex[at];
    const std::size_t value = kDigits.find(c);
    if (value == std::string_view::npos)
      refuse(name, text, "is no connection ID: hex digits, as \"c0ffee\" or \"c0ffee*\"");
    return static_cast<unsigned>(value);
  };
  if (text.empty()) refuse(name, text, "is empty");
  if (hex.size() % 2 != 0) refuse(name, text, "has half a byte: two hex digits each");
  if (hex.size() > 2 * id.bytes.size()) refuse(name, text, "is longer than 20 bytes, as no connection ID is");
  id.length = static_cast<std::uint8_t>(hex.size() / 2);
  for (std::size_t i = 0; i < id.length; ++i)
    id.bytes[i] = static_cast<std::byte>(digit(2 * i) << 4U | digit(2 * i + 1));
  return id;
}

std::string write_quic_id(const QuicIdPattern& id) {
  std::string text;
  for (std::size_t i = 0; i < id.length; ++i) text += fmt::format("{:02x}", std::to_integer<unsigned>(id.bytes[i]));
  return id.prefix ? text + "*" : text;
}

std::string parse_method(std::string_view name, std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
  if (text.empty() || text.find_first_not_of(kLetters) != std::string_view::npos) {
    refuse(name, text, "is no method: write it as it stands in the request, \"GET\"");
  }
  return std::string(text);
}

std::string parse_word(std::string_view name, std::string_view text) {
  if (text.empty()) refuse(name, text, "is empty");
  if (text.size() > kLongestWord) refuse(name, text, fmt::format("is longer than {} bytes", kLongestWord));
  if (printable(text) != text) refuse(name, text, "has control characters");
  return std::string(text);
}

}  // namespace weir
