#include "record/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "impair/host_pattern.h"
#include "impair/path_pattern.h"
#include "profile/addresses.h"
#include "profile/toml_text.h"
#include "profile/words.h"
#include "profile/write_units.h"
#include "record/decision_json.h"

namespace weir {
namespace {

using Texts = std::vector<std::string>;

std::string joined(const Texts& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string text_of(const PortRange& range) {
  return range.first == range.last ? std::to_string(range.first) : fmt::format("{}..{}", range.first, range.last);
}

std::string text_of(const CountRange& range) {
  if (range.last == UINT32_MAX) return fmt::format("{}..", range.first);
  return fmt::format("{}..{}", range.first, range.last);
}

std::string in_quotes(const Texts& values) {
  Texts all;
  std::ranges::transform(values, std::back_inserter(all), quoted);
  return joined(all, " or ");
}

/// The first listed value that holds, in words; nothing where none is listed.
template <typename Value, typename Holds, typename Write>
void add_matched(Texts& parts, std::string_view key, const std::vector<Value>& listed, Holds holds, Write write,
                 const std::string& fact) {
  const auto found = std::ranges::find_if(listed, holds);
  if (found != listed.end()) parts.push_back(fmt::format("{} {} matched {}", key, write(*found), fact));
}

template <typename Value, typename Write>
void add_listed(Texts& parts, std::string_view key, const std::vector<Value>& listed, Write write) {
  Texts values;
  std::ranges::transform(listed, std::back_inserter(values), write);
  if (!values.empty()) parts.push_back(fmt::format("{} {}", key, joined(values, " or ")));
}

std::string hex_of(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

void add_ends(Texts& parts, const Match& match, const ConnectionFacts& facts) {
  const auto is = [](const auto& fact) { return [&fact](const auto& value) { return value == fact; }; };
  const auto has = [](const auto& fact) { return [&fact](const auto& value) { return value.contains(fact); }; };
  const auto number = [](unsigned value) { return std::to_string(value); };
  const auto port = [](const PortRange& range) { return text_of(range); };
  add_matched(parts, "client", match.clients, has(facts.client), write_cidr, to_text(facts.client));
  add_matched(parts, "server", match.servers, has(facts.server), write_cidr, to_text(facts.server));
  add_matched(parts, "client-port", match.client_ports, has(facts.client_port), port, number(facts.client_port));
  add_matched(parts, "server-port", match.server_ports, has(facts.server_port), port, number(facts.server_port));
  add_matched(parts, "vlan", match.vlans, is(facts.vlan), number, number(facts.vlan));
  add_matched(parts, "dscp", match.dscps, is(facts.dscp), number, number(facts.dscp));
  add_matched(parts, "link", match.links, is(facts.link), number, number(facts.link));
  if (!facts.quic_id) return;
  const auto holds = [&facts](const QuicIdPattern& id) { return id.contains(*facts.quic_id); };
  add_matched(parts, "quic-id", match.quic_ids, holds, write_quic_id, hex_of(*facts.quic_id));
}

void add_counts(Texts& parts, const Match& match, std::uint32_t k) {
  if (match.connections != CountRange())
    parts.push_back(fmt::format("connections {} has {}", text_of(match.connections), k));
  if (match.every_connection > 1) parts.push_back(fmt::format("every-connection {} has {}", match.every_connection, k));
  if (match.share < 1) parts.push_back(fmt::format("share {} drew it", write_percent(match.share)));
}

void add_request(Texts& parts, const Match& match, const Facts& facts) {
  const ExchangeFacts& exchange = facts.exchange;
  const auto word = [](const std::string& value) { return quoted(value); };
  const auto host = [](const HostPattern& value) { return quoted(write_host(value)); };
  const auto path = [](const PathPattern& value) { return quoted(value.text); };
  const auto fits = [](std::string_view fact) { return [fact](const auto& value) { return matches(value, fact); }; };
  if (facts.hello) {
    const HelloFacts& hello = *facts.hello;
    add_matched(parts, "sni", match.server_names, fits(hello.server_name), host, quoted(hello.server_name));
    const auto offered = [&hello](const std::string& alpn) {
      return std::ranges::find(hello.alpns, alpn) != hello.alpns.end();
    };
    add_matched(parts, "alpn", match.alpns, offered, word, "what is offered");
  }
  const auto same = [&exchange](const std::string& method) { return method == exchange.method; };
  add_matched(parts, "method", match.methods, same, word, quoted(exchange.method));
  add_matched(parts, "host", match.hosts, fits(exchange.host), host, quoted(exchange.host));
  add_matched(parts, "path", match.paths, fits(exchange.path), path, quoted(exchange.path));
  if (match.exchanges != CountRange()) {
    parts.push_back(fmt::format("exchanges {} has {}", text_of(match.exchanges), exchange.n));
  }
  if (match.every_exchange > 1)
    parts.push_back(fmt::format("every-exchange {} has {}", match.every_exchange, exchange.n));
}

/// As few words as the profile language has for it.
std::string protocols_in_words(std::uint8_t traffic) {
  Texts names;
  unsigned left = traffic;
  for (const auto& [text, bits] : words::kProtocol) {
    if ((left & bits) != bits) continue;
    names.emplace_back(text);
    left &= ~unsigned{bits};
  }
  return joined(names, " or ");
}

}  // namespace

std::string_view word_of_traffic(std::uint8_t kind) {
  return word_for(words::kProtocol, kind);
}

std::string why_selected(const Match& match, const Facts& facts) {
  Texts parts = {fmt::format("protocol {}", word_of_traffic(facts.traffic))};
  add_ends(parts, match, facts.connection);
  add_counts(parts, match, facts.connection.k);
  add_request(parts, match, facts);
  return joined(parts, ", ");
}

std::string traffic_in_words(const Match& match) {
  Texts parts;
  const auto number = [](unsigned value) { return std::to_string(value); };
  const auto port = [](const PortRange& range) { return text_of(range); };
  add_listed(parts, "client", match.clients, write_cidr);
  add_listed(parts, "server", match.servers, write_cidr);
  add_listed(parts, "client-port", match.client_ports, port);
  add_listed(parts, "server-port", match.server_ports, port);
  add_listed(parts, "vlan", match.vlans, number);
  add_listed(parts, "dscp", match.dscps, number);
  add_listed(parts, "link", match.links, number);
  add_listed(parts, "quic-id", match.quic_ids, write_quic_id);
  if (match.connections != CountRange()) parts.push_back("connections " + text_of(match.connections));
  if (match.every_connection > 1) parts.push_back(fmt::format("each {}th connection", match.every_connection));
  if (match.share < 1) parts.push_back(write_percent(match.share) + " of the connections");
  add_listed(parts, "sni", match.server_names, write_host);
  if (!match.alpns.empty()) parts.push_back("alpn " + in_quotes(match.alpns));
  if (!match.methods.empty()) parts.push_back("method " + in_quotes(match.methods));
  add_listed(parts, "host", match.hosts, write_host);
  add_listed(parts, "path", match.paths, [](const PathPattern& path) { return path.text; });
  if (match.exchanges != CountRange()) parts.push_back("exchanges " + text_of(match.exchanges));
  if (match.every_exchange > 1) parts.push_back(fmt::format("each {}th exchange", match.every_exchange));
  const std::string protocols = protocols_in_words(match.traffic);
  return parts.empty() ? protocols : fmt::format("{} with {}", protocols, joined(parts, ", "));
}

}  // namespace weir
