// Random rule sets and facts from small pools, so that much matches: Selector against an interpreter that reads each
// rule as it is written, and against itself in every order of facts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/draw.h"
#include "impair/decide.h"
#include "impair/select.h"

namespace weir {
namespace {

/// Draws one after the other; a case is a number, and prints with a failure.
class Dice {
 public:
  explicit Dice(std::uint64_t number) : number_(number) {}
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(draw_bits(11, number_, next_++) % end); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  template <typename Value, std::size_t kSize>
  Value of(const std::array<Value, kSize>& pool) {
    return pool[below(kSize)];
  }
  /// None most of the time, else one or two.
  template <typename Value>
  std::vector<Value> few(const std::function<Value()>& draw) {
    std::vector<Value> values;
    if (!one_in(4)) return values;
    values.push_back(draw());
    if (one_in(2)) values.push_back(draw());
    return values;
  }

 private:
  std::uint64_t number_;
  std::uint64_t next_ = 0;
};

constexpr std::array<std::string_view, 5> kHosts{"", "a.org", "B.org", "x.a.org", "y.x.a.org."};
constexpr std::array<std::string_view, 4> kPaths{"/", "/a", "/a/b", "/b?a"};
constexpr std::array<std::string_view, 3> kMethods{"GET", "PUT", "get"};
constexpr std::array<std::string_view, 3> kAlpns{"h2", "http/1.1", "h3"};

constexpr std::array<std::byte, 3> kQuicId{std::byte{0xc0}, std::byte{0xff}, std::byte{0xee}};

/// The first so many bytes of the one above: whole, or what an ID begins with.
QuicIdPattern quic_id_pattern(Dice& dice) {
  QuicIdPattern id;
  id.length = static_cast<std::uint8_t>(dice.below(4));
  std::copy_n(kQuicId.begin(), id.length, id.bytes.begin());
  id.prefix = dice.one_in(2);
  return id;
}

IpAddress address_of(std::uint32_t last) {
  return IpAddress::v4({std::byte{10}, std::byte{0}, std::byte{0}, static_cast<std::byte>(last)});
}

HostPattern host_pattern(Dice& dice) {
  const std::array<HostPattern, 5> pool{{{"a.org"}, {"b.org"}, {"a.org", true}, {"x.a.org", true}, {"*"}}};
  return dice.of(pool);
}

PathPattern path_pattern(Dice& dice) {
  using Kind = PathPattern::Kind;
  const std::array<PathPattern, 4> pool{{{"/a"}, {"/a/*", Kind::kGlob}, {"/?", Kind::kGlob}, {"/b", Kind::kPrefix}}};
  return dice.of(pool);
}

CountRange count_range(Dice& dice) {
  if (!dice.one_in(5)) return {};
  const std::uint32_t first = dice.below(3);
  return {first, dice.one_in(2) ? UINT32_MAX : first + dice.below(2)};
}

std::uint16_t port(Dice& dice) {
  return static_cast<std::uint16_t>(dice.below(3));
}

void draw_ends(Dice& dice, Match& match) {
  const std::function<Cidr()> block = [&] {
    return Cidr{address_of(dice.below(4)), static_cast<std::uint8_t>(126 + dice.below(3))};
  };
  const std::function<PortRange()> ports = [&] {
    const std::uint16_t first = port(dice);
    return PortRange{first, static_cast<std::uint16_t>(first + dice.below(2))};
  };
  match.clients = dice.few(block);
  match.servers = dice.few(block);
  match.client_ports = dice.few(ports);
  match.server_ports = dice.few(ports);
  match.vlans = dice.few<std::uint16_t>([&] { return port(dice); });
  match.dscps = dice.few<std::uint8_t>([&] { return static_cast<std::uint8_t>(dice.below(3)); });
  match.links = dice.few<std::uint8_t>([&] { return static_cast<std::uint8_t>(dice.below(2)); });
}

Match draw_match(Dice& dice) {
  Match match;
  if (dice.one_in(2)) draw_ends(dice, match);
  match.connections = count_range(dice);
  match.every_connection = dice.one_in(5) ? dice.below(4) : 1;
  match.share = dice.one_in(4) ? dice.below(5) / 4.0 : 1;
  match.quic_ids = dice.few<QuicIdPattern>([&] { return quic_id_pattern(dice); });
  if (dice.one_in(3)) match.traffic = static_cast<std::uint8_t>(dice.below(128));
  match.server_names = dice.few<HostPattern>([&] { return host_pattern(dice); });
  match.alpns = dice.few<std::string>([&] { return std::string(dice.of(kAlpns)); });
  match.methods = dice.few<std::string>([&] { return std::string(dice.of(kMethods)); });
  match.hosts = dice.few<HostPattern>([&] { return host_pattern(dice); });
  match.paths = dice.few<PathPattern>([&] { return path_pattern(dice); });
  match.exchanges = count_range(dice);
  match.every_exchange = dice.one_in(5) ? dice.below(4) : 1;
  return match;
}

Rules draw_rules(Dice& dice) {
  Rules rules;
  const std::uint32_t count = dice.one_in(8) ? 63 : dice.below(8);
  for (std::uint32_t i = 0; i < count; ++i) rules.rules.push_back({"rule", draw_match(dice), {}});
  return rules;
}

Facts draw_facts(Dice& dice, std::array<std::string_view, 2>& alpns) {
  Facts facts;
  ConnectionFacts& connection = facts.connection;
  connection.client = dice.one_in(8) ? IpAddress{} : address_of(dice.below(4));
  connection.server = address_of(dice.below(4));
  connection.client_port = port(dice);
  connection.server_port = port(dice);
  connection.vlan = port(dice);
  connection.dscp = static_cast<std::uint8_t>(dice.below(3));
  connection.link = static_cast<std::uint8_t>(dice.below(2));
  connection.k = dice.below(6);
  connection.draw_key = dice.below(UINT32_MAX);
  if (dice.one_in(2)) connection.quic_id = std::span(kQuicId).first(dice.below(4));
  facts.traffic = static_cast<std::uint8_t>(1U << dice.below(7));
  for (std::string_view& alpn : alpns) alpn = dice.of(kAlpns);
  if (dice.one_in(2)) facts.hello = HelloFacts{dice.of(kHosts), std::span(alpns).first(dice.below(3))};
  facts.exchange = {dice.of(kMethods), dice.of(kPaths), dice.of(kHosts), dice.below(6)};
  facts.requests_readable = !dice.one_in(3);
  return facts;
}

// The interpreter: words of match.h, one after the other, over the pools above.

bool is_host(const HostPattern& pattern, std::string_view host) {
  std::string name(host);
  if (!name.empty() && name.back() == '.') name.pop_back();
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c == 'B' ? 'b' : c; });
  if (pattern.below) return name.size() > pattern.name.size() + 1 && name.ends_with("." + pattern.name);
  return pattern.name == "*" ? !name.empty() : name == pattern.name;
}

bool is_path(const PathPattern& pattern, std::string_view path) {
  const std::string_view plain = path == "/b?a" ? "/b" : path;
  if (pattern.text == "/a/*") return plain == "/a/b";
  if (pattern.text == "/?") return plain == "/a" || plain == "/b";
  return plain.starts_with(pattern.text);
}

bool is_in(const Cidr& block, const IpAddress& address) {
  if (!address.is_v4()) return false;  // all blocks here are
  const auto last = [](const IpAddress& of) { return std::to_integer<unsigned>(of.bytes[15]); };
  const unsigned size = 1U << (128U - block.prefix);
  return last(address) / size == last(block.address) / size;
}

bool counts(const CountRange& range, std::uint32_t every, std::uint32_t number) {
  return number >= range.first && number <= range.last && (every == 0 || number % every == 0);
}

template <typename Value, typename Fact>
bool lists(const std::vector<Value>& values, const Fact& fact) {
  return values.empty() || std::count(values.begin(), values.end(), fact) > 0;
}

template <typename Value, typename Fact>
bool lists(const std::vector<Value>& values, const Fact& fact, bool (*is)(const Value&, Fact)) {
  return values.empty() || std::any_of(values.begin(), values.end(), [&](const Value& v) { return is(v, fact); });
}

bool is_port(const PortRange& range, std::uint16_t port) {
  return port >= range.first && port <= range.last;
}

bool is_quic_id(const Match& match, const ConnectionFacts& facts) {
  if (match.quic_ids.empty()) return true;
  return facts.quic_id && std::any_of(match.quic_ids.begin(), match.quic_ids.end(), [&](const QuicIdPattern& id) {
           return id.prefix ? id.length <= facts.quic_id->size() : id.length == facts.quic_id->size();
         });
}

bool interpret_connection(const Match& match, std::uint8_t number, const ConnectionFacts& facts) {
  const auto in = +[](const Cidr& block, IpAddress address) { return is_in(block, address); };
  const double drawn = unit_interval(draw_bits(facts.draw_key, std::uint64_t{10} << 8U, number));
  return lists(match.clients, facts.client, in) && lists(match.servers, facts.server, in) &&
         lists(match.client_ports, facts.client_port, is_port) &&
         lists(match.server_ports, facts.server_port, is_port) && lists(match.vlans, facts.vlan) &&
         lists(match.dscps, facts.dscp) && lists(match.links, facts.link) &&
         counts(match.connections, match.every_connection, facts.k) && drawn < match.share && is_quic_id(match, facts);
}

bool interpret_hello(const Match& match, const Facts& facts) {
  if (!facts.hello) return match.server_names.empty() && match.alpns.empty();
  bool offered = match.alpns.empty();
  for (const std::string_view alpn : facts.hello->alpns) {
    offered |= std::count(match.alpns.begin(), match.alpns.end(), alpn) > 0;
  }
  return offered && lists(match.server_names, facts.hello->server_name, is_host);
}

bool interpret_exchange(const Match& match, const Facts& facts) {
  const ExchangeFacts& exchange = facts.exchange;
  if (!counts(match.exchanges, match.every_exchange, exchange.n)) return false;
  if (!facts.requests_readable) return match.methods.empty() && match.hosts.empty() && match.paths.empty();
  return lists(match.methods, exchange.method) && lists(match.hosts, exchange.host, is_host) &&
         lists(match.paths, exchange.path, is_path);
}

bool interpret(const Match& match, std::uint8_t number, const Facts& facts) {
  return interpret_connection(match, number, facts.connection) && (match.traffic & facts.traffic) != 0 &&
         interpret_hello(match, facts) && interpret_exchange(match, facts);
}

std::uint8_t interpret(const Rules& rules, const Facts& facts) {
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    const auto number = static_cast<std::uint8_t>(i + 1);
    if (interpret(rules.rules[i].match, number, facts)) return number;
  }
  return (facts.traffic & traffic::kHttp) != 0 ? kDefaultRule : kNoRule;
}

/// Narrows as facts arrive: three of them, in one of their six orders.
RuleSet narrow(const Selector& selector, const Facts& facts, std::array<int, 3> order) {
  RuleSet set = selector.candidates(facts.connection);
  for (const int fact : order) {
    if (fact == 0) set = selector.narrow_to_traffic(set, facts.traffic);
    if (fact == 1 && facts.hello) set = selector.narrow_to_hello(set, facts.hello->server_name, facts.hello->alpns);
    if (fact == 1 && !facts.hello) set = selector.without_hello(set);
    if (fact == 2 && !facts.requests_readable) set = selector.without_requests(set);
  }
  return set;
}

class SelectorOracle : public testing::Test {
 protected:
  static constexpr std::uint64_t kRuleSets = 1500;
  static constexpr std::uint64_t kFactsEach = 40;

  /// Calls `check(rules, selector, facts)` for each case.
  template <typename Check>
  static void for_each_case(Check check) {
    for (std::uint64_t n = 0; n < kRuleSets; ++n) {
      Dice dice(n);
      const Rules rules = draw_rules(dice);
      const Selector selector(rules);
      for (std::uint64_t i = 0; i < kFactsEach; ++i) {
        std::array<std::string_view, 2> alpns;
        const Facts facts = draw_facts(dice, alpns);
        SCOPED_TRACE(testing::Message() << "rule set " << n << ", facts " << i);
        check(rules, selector, facts);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
};

TEST_F(SelectorOracle, AgreesWithAnInterpreterAndInAnyOrderOfFacts) {
  std::array<int, 64> chosen{};
  for_each_case([&](const Rules& rules, const Selector& selector, const Facts& facts) {
    const std::uint8_t expected = interpret(rules, facts);
    ++chosen[expected == kNoRule ? 0 : expected];
    std::array<int, 3> order{0, 1, 2};
    const RuleSet set = narrow(selector, facts, order);
    ASSERT_EQ(selector.choose(set, facts.exchange), expected);
    while (std::next_permutation(order.begin(), order.end())) ASSERT_EQ(narrow(selector, facts, order), set);
  });
  for (const std::size_t number : {0U, 1U, 2U, 5U, 7U, 20U}) EXPECT_GT(chosen[number], 20) << number;  // a test of much
}

TEST_F(SelectorOracle, AMismatchIsToldForExactlyTheRulesThatDoNotMatch) {
  for_each_case([&](const Rules& rules, const Selector&, const Facts& facts) {
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
      const auto number = static_cast<std::uint8_t>(i + 1);
      const Match& match = rules.rules[i].match;
      ASSERT_EQ(!first_mismatch(match, number, facts).has_value(), interpret(match, number, facts)) << i;
    }
  });
}

TEST_F(SelectorOracle, SettledConnectionsKeepTheirRuleWhateverIsAsked) {
  int settled = 0;
  for_each_case([&](const Rules& rules, const Selector& selector, const Facts& facts) {
    const RuleSet set = narrow(selector, facts, {0, 1, 2});
    if (!selector.settled(set)) return;
    ++settled;
    for (std::uint64_t i = 0; i < 5; ++i) {
      Dice dice(1'000'000 + i);
      Facts other = facts;
      other.exchange = {dice.of(kMethods), dice.of(kPaths), dice.of(kHosts), dice.below(6)};
      ASSERT_EQ(interpret(rules, other), Selector::first_of(set));
    }
  });
  EXPECT_GT(settled, 1000);
}

TEST_F(SelectorOracle, WhatIsNotWantedMakesNoDifference) {
  int unwanted_hellos = 0;
  int unwanted_requests = 0;
  for_each_case([&](const Rules&, const Selector& selector, const Facts& facts) {
    const RuleSet begun = selector.narrow_to_traffic(selector.candidates(facts.connection), facts.traffic);
    const RuleSet told = narrow(selector, facts, {0, 1, 2});
    if (!selector.wants_hello(begun)) {
      ++unwanted_hellos;
      const RuleSet set = facts.requests_readable ? begun : selector.without_requests(begun);
      ASSERT_EQ(selector.choose(selector.without_hello(set), facts.exchange), selector.choose(told, facts.exchange));
    }
    if (!selector.wants_requests(told)) {
      ++unwanted_requests;
      const ExchangeFacts number_alone{{}, {}, {}, facts.exchange.n};
      ASSERT_EQ(selector.choose(told, number_alone), selector.choose(told, facts.exchange));
    }
  });
  EXPECT_GT(unwanted_hellos, 1000);
  EXPECT_GT(unwanted_requests, 1000);
}

}  // namespace
}  // namespace weir
