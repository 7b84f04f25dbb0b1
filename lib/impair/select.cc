#include "impair/select.h"

#include <algorithm>
#include <cassert>

#include "base/draw.h"
#include "impair/decide.h"
#include "impair/host_pattern.h"
#include "impair/path_pattern.h"

namespace weir {
namespace {

template <typename Value>
void add_all(Clause<Value>& clause, const std::vector<Value>& values, RuleSet rule) {
  for (const Value& value : values) clause.add(value, rule);
}

void add_cadence(Clause<Cadence>& clause, const CountRange& range, std::uint32_t every, RuleSet rule) {
  const Cadence cadence{range, every};
  if (cadence != Cadence{}) clause.add(cadence, rule);
}

template <typename Value, typename Fact>
RuleSet narrow_to_equal(const Clause<Value>& clause, RuleSet set, const Fact& fact) {
  return clause.narrow(set, [&](const Value& value) { return value == fact; });
}

template <typename Value, typename Fact>
RuleSet narrow_to_containing(const Clause<Value>& clause, RuleSet set, const Fact& fact) {
  return clause.narrow(set, [&](const Value& value) { return value.contains(fact); });
}

template <typename Pattern>
RuleSet narrow_to_matching(const Clause<Pattern>& clause, RuleSet set, std::string_view fact) {
  return clause.narrow(set, [&](const Pattern& pattern) { return matches(pattern, fact); });
}

// Whether a rule's share takes a connection: rules draw by their numbers, so one says nothing about another.
bool takes_share(const Probability& share, std::uint64_t draw_key, std::uint8_t rule_number) {
  return share.strikes(draw_bits(draw_key, static_cast<std::uint64_t>(Impairment::kShare) << 8U, rule_number));
}

// Control's part: one rule at a time, condition by condition.

template <typename Value, typename Holds>
bool any(const std::vector<Value>& listed, Holds holds) {
  return listed.empty() || std::any_of(listed.begin(), listed.end(), holds);
}

template <typename Value, typename Fact>
bool any_contains(const std::vector<Value>& listed, const Fact& fact) {
  return any(listed, [&](const Value& value) { return value.contains(fact); });
}

template <typename Value, typename Fact>
bool any_equals(const std::vector<Value>& listed, const Fact& fact) {
  return any(listed, [&](const Value& value) { return value == fact; });
}

template <typename Pattern>
bool any_matches(const std::vector<Pattern>& listed, std::string_view fact) {
  return any(listed, [&](const Pattern& pattern) { return matches(pattern, fact); });
}

bool in_step(std::uint32_t every, std::uint32_t number) {
  return Cadence{{}, every}.contains(number);
}

std::optional<Condition> mismatch_of_ends(const Match& match, const ConnectionFacts& facts) {
  if (!any_contains(match.clients, facts.client)) return Condition::kClient;
  if (!any_contains(match.servers, facts.server)) return Condition::kServer;
  if (!any_contains(match.client_ports, facts.client_port)) return Condition::kClientPort;
  if (!any_contains(match.server_ports, facts.server_port)) return Condition::kServerPort;
  if (!any_equals(match.vlans, facts.vlan)) return Condition::kVlan;
  if (!any_equals(match.dscps, facts.dscp)) return Condition::kDscp;
  if (!any_equals(match.links, facts.link)) return Condition::kLink;
  return std::nullopt;
}

std::optional<Condition> mismatch_of_count(const Match& match, std::uint8_t number, const ConnectionFacts& facts) {
  if (!match.connections.contains(facts.k)) return Condition::kConnections;
  if (!in_step(match.every_connection, facts.k)) return Condition::kEveryConnection;
  if (!takes_share(Probability(match.share), facts.draw_key, number)) return Condition::kShare;
  const bool is_named = match.quic_ids.empty() || (facts.quic_id && any_contains(match.quic_ids, *facts.quic_id));
  if (!is_named) return Condition::kQuicId;
  return std::nullopt;
}

std::optional<Condition> mismatch_of_protocol(const Match& match, const Facts& facts) {
  if ((match.traffic & facts.traffic) == 0) return Condition::kTraffic;
  const HelloFacts hello = facts.hello.value_or(HelloFacts{});
  if (!any_matches(match.server_names, hello.server_name)) return Condition::kServerName;
  const auto is_offered = [&](const std::string& alpn) {
    return std::find(hello.alpns.begin(), hello.alpns.end(), alpn) != hello.alpns.end();
  };
  return any(match.alpns, is_offered) ? std::nullopt : std::optional(Condition::kAlpn);
}

std::optional<Condition> mismatch_of_exchange(const Match& match, const Facts& facts) {
  const ExchangeFacts& exchange = facts.exchange;
  const bool readable = facts.requests_readable;
  if (!match.methods.empty() && !(readable && any_equals(match.methods, exchange.method))) return Condition::kMethod;
  if (!match.hosts.empty() && !(readable && any_matches(match.hosts, exchange.host))) return Condition::kHost;
  if (!match.paths.empty() && !(readable && any_matches(match.paths, exchange.path))) return Condition::kPath;
  if (!match.exchanges.contains(exchange.n)) return Condition::kExchanges;
  if (!in_step(match.every_exchange, exchange.n)) return Condition::kEveryExchange;
  return std::nullopt;
}

constexpr std::array<std::string_view, kConditions> kNames{"client address",
                                                           "server address",
                                                           "client port",
                                                           "server port",
                                                           "VLAN",
                                                           "DSCP",
                                                           "link",
                                                           "connections",
                                                           "every n-th connection",
                                                           "share of connections",
                                                           "QUIC connection ID",
                                                           "traffic",
                                                           "TLS server name",
                                                           "ALPN",
                                                           "method",
                                                           "host",
                                                           "path",
                                                           "exchanges",
                                                           "every n-th exchange"};
static_assert(static_cast<std::size_t>(Condition::kEveryExchange) + 1 == kConditions);

}  // namespace

Selector::Selector(const Rules& rules) {
  assert(rules.rules.size() <= Rules::kMostRules);
  for (std::size_t i = 0; i < std::min(rules.rules.size(), Rules::kMostRules); ++i) {
    add(rules.rules[i].match, static_cast<std::uint8_t>(i + 1));
  }
  select_traffic(traffic::kHttp, kOnlyDefault);
  by_hello_ = server_names_.choosy() | alpns_.choosy();
  by_request_ = methods_.choosy() | hosts_.choosy() | paths_.choosy();
  by_exchange_ = by_request_ | exchanges_.choosy();
}

void Selector::add(const Match& match, std::uint8_t number) {
  const RuleSet rule = RuleSet{1} << (number - 1U);
  named_ |= rule;
  add_all(clients_, match.clients, rule);
  add_all(servers_, match.servers, rule);
  add_all(client_ports_, match.client_ports, rule);
  add_all(server_ports_, match.server_ports, rule);
  add_all(vlans_, match.vlans, rule);
  add_all(dscps_, match.dscps, rule);
  add_all(links_, match.links, rule);
  add_cadence(connections_, match.connections, match.every_connection, rule);
  add_all(quic_ids_, match.quic_ids, rule);
  if (match.share < 1) shares_.push_back({Probability(match.share), number});
  select_traffic(match.traffic, rule);
  add_all(server_names_, match.server_names, rule);
  add_all(alpns_, match.alpns, rule);
  add_all(methods_, match.methods, rule);
  add_all(hosts_, match.hosts, rule);
  add_all(paths_, match.paths, rule);
  add_cadence(exchanges_, match.exchanges, match.every_exchange, rule);
}

void Selector::select_traffic(std::uint8_t kinds, RuleSet rule) {
  traffic_ |= kinds;
  for (std::size_t place = 0; place < 8; ++place) {
    if ((kinds >> place & 1U) != 0) of_traffic_[place] |= rule;
  }
}

RuleSet Selector::named_candidates(const ConnectionFacts& facts) const {
  RuleSet set = narrow_to_containing(clients_, named_, facts.client);
  set = narrow_to_containing(servers_, set, facts.server);
  set = narrow_to_containing(client_ports_, set, facts.client_port);
  set = narrow_to_containing(server_ports_, set, facts.server_port);
  set = narrow_to_equal(vlans_, set, facts.vlan);
  set = narrow_to_equal(dscps_, set, facts.dscp);
  set = narrow_to_equal(links_, set, facts.link);
  set = narrow_to_containing(connections_, set, facts.k);
  set = facts.quic_id ? narrow_to_containing(quic_ids_, set, *facts.quic_id) : set & ~quic_ids_.choosy();
  return narrow_to_drawn(set, facts.draw_key);
}

RuleSet Selector::narrow_to_drawn(RuleSet set, std::uint64_t draw_key) const {
  for (const Share& share : shares_) {
    if (!takes_share(share.probability, draw_key, share.number)) set &= ~(RuleSet{1} << (share.number - 1U));
  }
  return set;
}

RuleSet Selector::narrow_to_hello(RuleSet set, std::string_view server_name,
                                  std::span<const std::string_view> alpns) const {
  set = narrow_to_matching(server_names_, set, server_name);
  return alpns_.narrow(
      set, [&](const std::string& alpn) { return std::find(alpns.begin(), alpns.end(), alpn) != alpns.end(); });
}

RuleSet Selector::matching(RuleSet set, const ExchangeFacts& facts) const {
  set = narrow_to_containing(exchanges_, set, facts.n);
  set = narrow_to_equal(methods_, set, facts.method);
  set = narrow_to_matching(hosts_, set, facts.host);
  return narrow_to_matching(paths_, set, facts.path);
}

std::string_view name_of(Condition condition) {
  return kNames[static_cast<std::size_t>(condition)];
}

std::optional<Condition> first_mismatch(const Match& match, std::uint8_t rule_number, const Facts& facts) {
  if (const auto condition = mismatch_of_ends(match, facts.connection)) return condition;
  if (const auto condition = mismatch_of_count(match, rule_number, facts.connection)) return condition;
  if (const auto condition = mismatch_of_protocol(match, facts)) return condition;
  return mismatch_of_exchange(match, facts);
}

}  // namespace weir
