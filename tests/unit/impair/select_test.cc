#include "impair/select.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

Rules rules_of(std::vector<Match> matches) {
  Rules rules;
  for (Match& match : matches) rules.rules.push_back({"rule", std::move(match), {}});
  return rules;
}

IpAddress v4(unsigned a, unsigned b, unsigned c, unsigned d) {
  return IpAddress::v4({std::byte(a), std::byte(b), std::byte(c), std::byte(d)});
}

ConnectionFacts connection() {
  ConnectionFacts facts;
  facts.client = v4(10, 9, 0, 1);
  facts.server = v4(10, 9, 0, 2);
  facts.client_port = 40'000;
  facts.server_port = 80;
  return facts;
}

/// The rule of an exchange of HTTP/1, asked as the engine asks.
std::uint8_t rule_of(const Selector& selector, const ConnectionFacts& facts, const ExchangeFacts& exchange) {
  const RuleSet set = selector.narrow_to_traffic(selector.candidates(facts), traffic::kHttp1);
  return selector.choose(selector.without_hello(set), exchange);
}

Match to_host(std::string name, bool below = false) {
  Match match;
  match.hosts = {{std::move(name), below}};
  return match;
}

Match to_path(std::string prefix) {
  Match match;
  match.paths = {{std::move(prefix)}};
  return match;
}

TEST(Selector, WithoutNamedRulesAllHttpIsTheDefaultRules) {
  const Selector selector{Rules{}};
  EXPECT_EQ(selector.candidates(connection()), kOnlyDefault);
  for (const std::uint8_t kind : {traffic::kHttp1, traffic::kHttp2, traffic::kTls}) {
    const RuleSet set = selector.narrow_to_traffic(kOnlyDefault, kind);
    EXPECT_TRUE(selector.settled(set));
    EXPECT_FALSE(selector.wants_hello(set));
    EXPECT_FALSE(selector.wants_requests(set));
    EXPECT_EQ(Selector::first_of(set), kDefaultRule);
    EXPECT_EQ(selector.choose(set, {}), kDefaultRule);
  }
  for (const std::uint8_t kind : {traffic::kOtherTcp, traffic::kQuic, traffic::kOtherUdp, traffic::kRest}) {
    EXPECT_EQ(Selector::first_of(selector.narrow_to_traffic(kOnlyDefault, kind)), kNoRule);
  }
  EXPECT_EQ(selector.traffic(), traffic::kHttp);
}

TEST(Selector, TheFirstRuleThatMatchesWins) {
  const Selector selector{rules_of({to_host("a.example.org"), to_host("example.org", true), to_path("/api"), Match{}})};
  const auto rule = [&](std::string_view host, std::string_view path) {
    return rule_of(selector, connection(), {"GET", path, host, 0});
  };
  EXPECT_EQ(rule("a.example.org", "/api"), 1);
  EXPECT_EQ(rule("b.example.org", "/api"), 2);
  EXPECT_EQ(rule("example.org", "/api"), 3);
  EXPECT_EQ(rule("example.org", "/"), 4);
}

TEST(Selector, WhatNoRuleTakesIsTheDefaultRules) {
  const Selector selector{rules_of({to_host("example.org")})};
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/", "example.org", 0}), 1);
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/", "example.com", 0}), kDefaultRule);
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/", "", 0}), kDefaultRule);
}

TEST(Selector, EachConditionOfTheFirstFrameTakesItsRuleOut) {
  std::vector<Match> matches(8);
  matches[0].clients = {{v4(10, 9, 0, 0), 120}};
  matches[1].servers = {{v4(10, 9, 0, 2), 128}};
  matches[2].client_ports = {{40'000, 40'009}};
  matches[3].server_ports = {{443, 443}, {80, 80}};
  matches[4].vlans = {0, 5};
  matches[5].dscps = {0};
  matches[6].links = {0};
  matches[7].connections = {0, 4};
  const Selector selector{rules_of(matches)};
  const RuleSet all = kOnlyDefault | 0xffU;
  const auto without = [&](auto change) {
    ConnectionFacts facts = connection();
    change(facts);
    return all & ~selector.candidates(facts);
  };
  EXPECT_EQ(without([](ConnectionFacts&) {}), 0U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.client = v4(10, 9, 1, 1); }), 1U << 0U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.server = v4(10, 9, 0, 3); }), 1U << 1U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.client_port = 40'010; }), 1U << 2U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.server_port = 81; }), 1U << 3U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.server_port = 443; }), 0U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.vlan = 4; }), 1U << 4U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.vlan = 5; }), 0U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.dscp = 46; }), 1U << 5U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.link = 1; }), 1U << 6U);
  EXPECT_EQ(without([](ConnectionFacts& facts) { facts.k = 5; }), 1U << 7U);
}

TEST(Selector, EveryThirdConnectionAndExchangeCountFromZero) {
  std::vector<Match> matches(2);
  matches[0].every_connection = 3;
  matches[0].exchanges = {1, 1};
  matches[1].every_exchange = 2;
  const Selector selector{rules_of(matches)};
  for (std::uint32_t k = 0; k < 7; ++k) {
    for (std::uint32_t n = 0; n < 7; ++n) {
      ConnectionFacts facts = connection();
      facts.k = k;
      const std::uint8_t expected = k % 3 == 0 && n == 1 ? 1 : n % 2 == 0 ? 2 : 0;
      EXPECT_EQ(rule_of(selector, facts, {"GET", "/", "a", n}), expected) << k << ' ' << n;
    }
  }
}

TEST(Selector, MethodsAreCaseSensitive) {
  Match match;
  match.methods = {"POST", "PUT"};
  const Selector selector{rules_of({match})};
  EXPECT_EQ(rule_of(selector, connection(), {"POST", "/", "a", 0}), 1);
  EXPECT_EQ(rule_of(selector, connection(), {"PUT", "/", "a", 0}), 1);
  for (const char* method : {"post", "Post", "POS", "POSTS", "GET", ""}) {
    EXPECT_EQ(rule_of(selector, connection(), {method, "/", "a", 0}), kDefaultRule) << method;
  }
}

TEST(Selector, AllConditionsOfARuleHaveToHold) {
  Match match = to_host("example.org");
  match.methods = {"GET"};
  match.paths = {{"/api"}};
  match.exchanges = {0, 0};
  const Selector selector{rules_of({match})};
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/api", "example.org", 0}), 1);
  EXPECT_EQ(rule_of(selector, connection(), {"PUT", "/api", "example.org", 0}), 0);
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/app", "example.org", 0}), 0);
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/api", "example.com", 0}), 0);
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/api", "example.org", 1}), 0);
}

TEST(Selector, AClientHelloSettlesServerNamesAndAlpns) {
  std::vector<Match> matches(3);
  matches[0].server_names = {{"example.org", true}};
  matches[1].alpns = {"h2", "h3"};
  matches[2].server_names = {{"*"}};
  const Selector selector{rules_of(matches)};
  const RuleSet set = selector.narrow_to_traffic(selector.candidates(connection()), traffic::kTls);
  EXPECT_TRUE(selector.wants_hello(set));
  const auto rule = [&](std::string_view name, std::vector<std::string_view> alpns) {
    return Selector::first_of(selector.narrow_to_hello(set, name, alpns));
  };
  EXPECT_EQ(rule("A.example.org", {"h2"}), 1);
  EXPECT_EQ(rule("example.org", {"http/1.1", "h2"}), 2);
  EXPECT_EQ(rule("example.org", {"http/1.1"}), 3);
  EXPECT_EQ(rule("", {"H2", "h", "h22"}), kDefaultRule);
  EXPECT_EQ(Selector::first_of(selector.without_hello(set)), kDefaultRule);
}

TEST(Selector, ARuleForAHelloIsForNothingWithoutOne) {
  Match match;
  match.server_names = {{"*"}};
  const Selector selector{rules_of({match})};
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/", "example.org", 0}), kDefaultRule);
}

TEST(Selector, WhereRequestsCantBeReadTheNumberOfTheExchangeStillCounts) {
  std::vector<Match> matches(3);
  matches[0].methods = {"GET"};
  matches[1].exchanges = {1, 1};
  matches[2].paths = {{""}};
  const Selector selector{rules_of(matches)};
  RuleSet set = selector.narrow_to_traffic(selector.candidates(connection()), traffic::kTls);
  EXPECT_TRUE(selector.wants_requests(set));
  set = selector.without_requests(set);
  EXPECT_FALSE(selector.wants_requests(set));
  EXPECT_FALSE(selector.settled(set));
  EXPECT_EQ(selector.choose(set, {{}, {}, {}, 0}), kDefaultRule);
  EXPECT_EQ(selector.choose(set, {{}, {}, {}, 1}), 2);
  set = selector.without_exchanges(set);
  EXPECT_TRUE(selector.settled(set));
  EXPECT_EQ(Selector::first_of(set), kDefaultRule);
}

TEST(Selector, AConnectionIsSettledOnceItsFirstCandidateAsksNothingOfRequests) {
  Match to_port;
  to_port.server_ports = {{80, 80}};
  const Selector selector{rules_of({to_host("a"), to_port, to_host("b")})};
  const RuleSet set = selector.narrow_to_traffic(selector.candidates(connection()), traffic::kHttp1);
  EXPECT_FALSE(selector.settled(set));
  EXPECT_TRUE(selector.wants_requests(set));
  const RuleSet unread = selector.without_requests(set);
  EXPECT_TRUE(selector.settled(unread));
  EXPECT_EQ(Selector::first_of(unread), 2);
  EXPECT_TRUE(selector.settled(0));
  EXPECT_EQ(Selector::first_of(0), kNoRule);
}

TEST(Selector, WantsNothingForTheSakeOfRulesThatCantBeReached) {
  Match to_name;
  to_name.server_names = {{"a"}};
  const Selector selector{rules_of({Match{}, to_name, to_host("b")})};
  const RuleSet set = selector.narrow_to_traffic(selector.candidates(connection()), traffic::kTls);
  EXPECT_FALSE(selector.wants_hello(set));
  EXPECT_FALSE(selector.wants_requests(set));
  EXPECT_EQ(selector.choose(set, {"GET", "/", "b", 0}), 1);
}

TEST(Selector, RulesMayWidenTheTraffic) {
  std::vector<Match> matches(2);
  matches[0].traffic = traffic::kOtherUdp;
  matches[1].traffic = traffic::kAll;
  const Selector selector{rules_of(matches)};
  EXPECT_EQ(selector.traffic(), traffic::kAll);
  const RuleSet set = selector.candidates(connection());
  for (unsigned place = 0; place < 7; ++place) {
    const auto kind = static_cast<std::uint8_t>(1U << place);
    EXPECT_EQ(Selector::first_of(selector.narrow_to_traffic(set, kind)), kind == traffic::kOtherUdp ? 1 : 2);
  }
  EXPECT_EQ(selector.narrow_to_traffic(set, 0), 0U);
}

TEST(Selector, TakesAsManyRulesAsThereMayBe) {
  std::vector<Match> matches;
  for (std::size_t i = 0; i < Rules::kMostRules; ++i) matches.push_back(to_host("host" + std::to_string(i)));
  const Selector selector{rules_of(matches)};
  EXPECT_EQ(selector.candidates(connection()), ~RuleSet{0});
  for (std::size_t i = 0; i < Rules::kMostRules; ++i) {
    EXPECT_EQ(rule_of(selector, connection(), {"GET", "/", "host" + std::to_string(i), 0}), i + 1);
  }
  EXPECT_EQ(rule_of(selector, connection(), {"GET", "/", "host63", 0}), kDefaultRule);
}

TEST(Condition, EachHasItsOwnName) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kConditions; ++i) names.push_back(name_of(static_cast<Condition>(i)));
  for (std::size_t i = 0; i < kConditions; ++i) {
    EXPECT_FALSE(names[i].empty());
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(names[i], names[j]);
  }
}

struct MismatchCase {
  Condition condition;
  void (*ask)(Match& match);
};

TEST(Condition, TheFirstThatDoesNotHoldIsTold) {
  const std::vector<MismatchCase> cases{
      {Condition::kClient,
       [](Match& match) {
         match.clients = {{v4(1, 1, 1, 1), 128}};
       }},
      {Condition::kServer,
       [](Match& match) {
         match.servers = {{v4(1, 1, 1, 1), 128}};
       }},
      {Condition::kClientPort,
       [](Match& match) {
         match.client_ports = {{1, 1}};
       }},
      {Condition::kServerPort,
       [](Match& match) {
         match.server_ports = {{1, 1}};
       }},
      {Condition::kVlan, [](Match& match) { match.vlans = {1}; }},
      {Condition::kDscp, [](Match& match) { match.dscps = {1}; }},
      {Condition::kLink, [](Match& match) { match.links = {1}; }},
      {Condition::kConnections,
       [](Match& match) {
         match.connections = {2, 2};
       }},
      {Condition::kEveryConnection, [](Match& match) { match.every_connection = 2; }},
      {Condition::kShare, [](Match& match) { match.share = 0; }},
      {Condition::kQuicId, [](Match& match) { match.quic_ids = {{.length = 0, .prefix = true}}; }},
      {Condition::kTraffic, [](Match& match) { match.traffic = traffic::kQuic; }},
      {Condition::kServerName, [](Match& match) { match.server_names = {{"*"}}; }},
      {Condition::kAlpn, [](Match& match) { match.alpns = {"h2"}; }},
      {Condition::kMethod, [](Match& match) { match.methods = {"PUT"}; }},
      {Condition::kHost, [](Match& match) { match.hosts = {{"b"}}; }},
      {Condition::kPath, [](Match& match) { match.paths = {{"/b"}}; }},
      {Condition::kExchanges,
       [](Match& match) {
         match.exchanges = {0, 0};
       }},
      {Condition::kEveryExchange, [](Match& match) { match.every_exchange = 2; }},
  };
  ASSERT_EQ(cases.size(), kConditions);
  Facts facts{connection()};
  facts.connection.k = 1;
  facts.exchange = {"GET", "/a", "a", 1};
  EXPECT_EQ(first_mismatch(Match{}, 1, facts), std::nullopt);
  Match all_behind;
  for (auto known = cases.rbegin(); known != cases.rend(); ++known) {
    Match alone;
    known->ask(alone);
    EXPECT_EQ(first_mismatch(alone, 1, facts), known->condition) << name_of(known->condition);
    known->ask(all_behind);
    EXPECT_EQ(first_mismatch(all_behind, 1, facts), known->condition) << name_of(known->condition);
  }
}

TEST(Condition, WhatCantBeReadHoldsForNoRule) {
  Facts facts{connection()};
  facts.exchange = {"GET", "/a", "a", 0};
  Match match = to_host("a");
  EXPECT_EQ(first_mismatch(match, 1, facts), std::nullopt);
  facts.requests_readable = false;
  EXPECT_EQ(first_mismatch(match, 1, facts), Condition::kHost);
  EXPECT_EQ(first_mismatch(Match{}, 1, facts), std::nullopt);
}

}  // namespace
}  // namespace weir
