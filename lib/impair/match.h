// Which traffic a rule selects: conditions that all have to hold; in each, any of the listed values will do, and an
// empty list holds for everything. Plain values, built and validated by control, immutable then, read by every worker.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "wire/address.h"

namespace weir {

/// An address and how many of its leading bits count, 0 to 128. IPv4 lies in ::ffff:0:0/96, so its prefix is 96 more.
struct Cidr {
  IpAddress address;
  std::uint8_t prefix = 128;

  /// IPv6 blocks are for IPv6 only: ::/0, which spans ::ffff:0:0/96 as well, holds no IPv4 address.
  [[nodiscard]] constexpr bool contains(const IpAddress& other) const {
    if (prefix < 96 && other.is_v4()) return false;
    const std::size_t whole = std::min<std::size_t>(prefix / 8U, address.bytes.size());
    for (std::size_t i = 0; i < whole; ++i) {
      if (address.bytes[i] != other.bytes[i]) return false;
    }
    if (whole == address.bytes.size()) return true;
    const auto ignored = static_cast<int>(8U - prefix % 8U);
    return (address.bytes[whole] >> ignored) == (other.bytes[whole] >> ignored);
  }
  friend bool operator==(const Cidr&, const Cidr&) = default;
};

/// Ports from first to last, both included.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 65'535;

  [[nodiscard]] constexpr bool contains(std::uint16_t port) const { return first <= port && port <= last; }
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// A kind of traffic, as bits of a mask.
namespace traffic {
inline constexpr std::uint8_t kHttp1 = 1U << 0U;
inline constexpr std::uint8_t kHttp2 = 1U << 1U;  // by its preface, in clear text
inline constexpr std::uint8_t kTls = 1U << 2U;
inline constexpr std::uint8_t kOtherTcp = 1U << 3U;
inline constexpr std::uint8_t kQuic = 1U << 4U;  // UDP that began with a QUIC long header
inline constexpr std::uint8_t kOtherUdp = 1U << 5U;
inline constexpr std::uint8_t kRest = 1U << 6U;  // neither TCP nor UDP: ARP, ICMP, fragments, anything
inline constexpr std::uint8_t kHttp = kHttp1 | kHttp2 | kTls;
inline constexpr std::uint8_t kTcp = kHttp | kOtherTcp;
inline constexpr std::uint8_t kUdp = kQuic | kOtherUdp;
inline constexpr std::uint8_t kAll = kTcp | kUdp | kRest;
}  // namespace traffic

/// A host name to compare with: whole and case-insensitive (RFC 9110, 4.2.3), or everything below a domain. Compared
/// by impair/host_pattern.h.
struct HostPattern {
  std::string name;    // lower case, without port; of a suffix pattern without the leading "*."; "*": any host
  bool below = false;  // "*.example.org": any name that ends in ".example.org", not example.org itself

  friend bool operator==(const HostPattern&, const HostPattern&) = default;
};

/// A path to compare with, case-sensitive and without the query. Compared by impair/path_pattern.h.
struct PathPattern {
  enum class Kind : std::uint8_t { kPrefix, kGlob };
  std::string text;           // kGlob: '*' is any run of characters, '/' included; '?' is any one
  Kind kind = Kind::kPrefix;  // of characters: "/api" is for /apis too, as nginx's `location /api`; "/api/" is not

  friend bool operator==(const PathPattern&, const PathPattern&) = default;
};

/// A QUIC connection ID to compare with, or what it begins with. Longer than 20 bytes none is (RFC 9000, 17.2).
struct QuicIdPattern {
  std::array<std::byte, 20> bytes{};  // 0 behind `length`
  std::uint8_t length = 0;
  bool prefix = false;

  [[nodiscard]] constexpr bool contains(std::span<const std::byte> id) const {
    const bool fits = prefix ? id.size() >= length : id.size() == length;
    return fits && std::equal(bytes.begin(), bytes.begin() + length, id.begin());
  }
  friend bool operator==(const QuicIdPattern&, const QuicIdPattern&) = default;
};

/// Numbers from first to last, both included, counted from 0.
struct CountRange {
  std::uint32_t first = 0;
  std::uint32_t last = UINT32_MAX;

  [[nodiscard]] constexpr bool contains(std::uint32_t number) const { return first <= number && number <= last; }
  friend bool operator==(const CountRange&, const CountRange&) = default;
};

struct Match {
  // known with the first frame
  std::vector<Cidr> clients;
  std::vector<Cidr> servers;
  std::vector<PortRange> client_ports;
  std::vector<PortRange> server_ports;
  std::vector<std::uint16_t> vlans;    // outer VLAN id, 1 to 4094; 0: untagged
  std::vector<std::uint8_t> dscps;     // of the frame that opens the connection, 0 to 63 (RFC 2474)
  std::vector<std::uint8_t> links;     // by their place on the command line, from 0
  CountRange connections;              // k: how many-th connection of (client, server, server port)
  std::uint32_t every_connection = 1;  // 3: connections 0, 3, 6, ... of the triple
  double share = 1;                    // of all connections, drawn for each

  std::vector<QuicIdPattern> quic_ids;  // the destination connection ID of the Initial that opens a QUIC flow

  // known with the first bytes of the client
  std::uint8_t traffic = traffic::kHttp;
  std::vector<HostPattern> server_names;  // TLS SNI (RFC 6066, 3)
  std::vector<std::string> alpns;         // any that the client offers (RFC 7301)

  // known with each request
  std::vector<std::string> methods;
  std::vector<HostPattern> hosts;
  std::vector<PathPattern> paths;
  CountRange exchanges;              // n: how many-th exchange of the connection
  std::uint32_t every_exchange = 1;  // 3: exchanges 0, 3, 6, ... of the connection

  /// Whether some condition hangs on the request, so that each exchange has to be looked at.
  [[nodiscard]] bool by_exchange() const {
    return !methods.empty() || !hosts.empty() || !paths.empty() || every_exchange != 1 || exchanges.first != 0 ||
           exchanges.last != UINT32_MAX;
  }
  /// Whether some condition hangs on what a ClientHello says.
  [[nodiscard]] bool by_hello() const { return !server_names.empty() || !alpns.empty(); }
  friend bool operator==(const Match&, const Match&) = default;
};

}  // namespace weir
