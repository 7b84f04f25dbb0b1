#include "profile/print_match.h"

#include <fmt/format.h>

#include "profile/addresses.h"
#include "profile/words.h"
#include "profile/write_units.h"

namespace weir {
namespace {

/// The fewest words for a set of traffic: wide ones come first in the table.
std::vector<std::string> protocols_of(std::uint8_t traffic) {
  std::vector<std::string> names;
  unsigned left = traffic;
  for (const auto& [text, bits] : words::kProtocol) {
    if ((left & bits) != bits) continue;
    names.emplace_back(text);
    left &= ~unsigned{bits};
  }
  return names;
}

template <typename Value, typename Write>
std::vector<std::string> written(const std::vector<Value>& values, Write write) {
  std::vector<std::string> texts;
  for (const Value& value : values) texts.push_back(write(value));
  return texts;
}

std::string number(unsigned value) {
  return std::to_string(value);
}

std::string ports(const PortRange& range) {
  return range.first == range.last ? number(range.first) : quoted(fmt::format("{}..{}", range.first, range.last));
}

void print_counts(TomlText& out, std::string_view key, const CountRange& range) {
  if (range == CountRange()) return;
  if (range.last == UINT32_MAX) return out.text(key, fmt::format("{}..", range.first));
  out.text(key, fmt::format("{}..{}", range.first, range.last));
}

void print_every(TomlText& out, std::string_view key, std::uint32_t every) {
  if (every != 1) out.plain(key, number(every));
}

}  // namespace

void print_match(TomlText& out, const Match& match) {
  const auto path_text = [](const PathPattern& path) { return path.text; };
  out.texts("protocol", protocols_of(match.traffic));
  out.texts("client", written(match.clients, write_cidr));
  out.texts("server", written(match.servers, write_cidr));
  out.plains("client-port", written(match.client_ports, ports));
  out.plains("server-port", written(match.server_ports, ports));
  out.plains("vlan", written(match.vlans, number));
  out.plains("dscp", written(match.dscps, number));
  out.plains("link", written(match.links, number));
  print_counts(out, "connections", match.connections);
  print_every(out, "every-connection", match.every_connection);
  if (match.share != 1) out.text("share", write_percent(match.share));
  out.texts("quic-id", written(match.quic_ids, write_quic_id));
  out.texts("sni", written(match.server_names, write_host));
  out.texts("alpn", match.alpns);
  out.texts("method", match.methods);
  out.texts("host", written(match.hosts, write_host));
  out.texts("path", written(match.paths, path_text));
  print_counts(out, "exchanges", match.exchanges);
  print_every(out, "every-exchange", match.every_exchange);
}

}  // namespace weir
