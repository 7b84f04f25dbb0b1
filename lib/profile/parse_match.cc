#include "profile/parse_match.h"

#include <fmt/format.h>

#include "profile/addresses.h"
#include "profile/ranges.h"
#include "profile/units.h"

namespace weir {
namespace {

constexpr std::uint64_t kMostVlan = 4094;
constexpr std::uint64_t kMostDscp = 63;
constexpr std::uint64_t kMostLink = 31;  // a flow's key has five bits for its link

/// Reads whole numbers from min to max.
template <typename Number>
auto number(std::uint64_t min, std::uint64_t max) {
  return [min, max](std::string_view name, std::string_view text) {
    return static_cast<Number>(parse_count(name, text, min, max));
  };
}

void parse_frame_conditions(const Section& match, Match& into) {
  into.clients = match.each("client", parse_cidr);
  into.servers = match.each("server", parse_cidr);
  into.client_ports = match.each("client-port", parse_ports);
  into.server_ports = match.each("server-port", parse_ports);
  into.vlans = match.each("vlan", number<std::uint16_t>(0, kMostVlan));
  into.dscps = match.each("dscp", number<std::uint8_t>(0, kMostDscp));
  into.links = match.each("link", number<std::uint8_t>(0, kMostLink));
  match.take("connections", into.connections, parse_counts);
  match.take("every-connection", into.every_connection, number<std::uint32_t>(1, UINT32_MAX));
  match.take("share", into.share, parse_probability);
  into.quic_ids = match.each("quic-id", parse_quic_id);
}

void parse_request_conditions(const Section& match, Match& into) {
  into.server_names = match.each("sni", parse_host);
  into.alpns = match.each("alpn", parse_word);
  into.methods = match.each("method", parse_method);
  into.hosts = match.each("host", parse_host);
  into.paths = match.each("path", parse_path);
  match.take("exchanges", into.exchanges, parse_counts);
  match.take("every-exchange", into.every_exchange, number<std::uint32_t>(1, UINT32_MAX));
}

void parse_protocols(const Section& match, Match& into) {
  if (!match.has("protocol")) return;
  std::uint8_t mask = 0;
  for (const std::uint8_t bits : match.words("protocol", words::kProtocol)) mask |= bits;
  if (mask != 0) into.traffic = mask;
}

/// A condition that no traffic of these protocols can fulfil would make a rule that never takes anything.
void require_known_of(const Section& match, const Match& rule, std::uint8_t of, std::string_view protocols,
                      std::initializer_list<std::string_view> keys) {
  if ((rule.traffic & of) != 0) return;
  for (const std::string_view key : keys) {
    if (match.has(key))
      match.refuse(key, fmt::format("{} is known of {} only, which protocol leaves out", key, protocols));
  }
}

/// An empty list would hold for everything, which is not what it says.
void require_some(const Section& match) {
  for (const std::string_view key : {"client", "server", "client-port", "server-port", "vlan", "dscp", "link",
                                     "quic-id", "protocol", "sni", "alpn", "method", "host", "path"}) {
    if (match.is_empty_list(key)) match.refuse(key, fmt::format("{}: the list is empty, nothing would match", key));
  }
}

}  // namespace

Match parse_match(const Section& match) {
  Match rule;
  parse_frame_conditions(match, rule);
  parse_protocols(match, rule);
  parse_request_conditions(match, rule);
  require_some(match);
  require_known_of(match, rule, traffic::kQuic, "QUIC", {"quic-id"});
  require_known_of(match, rule, traffic::kTls, "TLS", {"sni", "alpn"});
  require_known_of(match, rule, traffic::kHttp1 | traffic::kHttp2, "HTTP in clear text", {"method", "host", "path"});
  require_known_of(match, rule, traffic::kHttp, "HTTP", {"exchanges", "every-exchange"});
  return rule;
}

}  // namespace weir
