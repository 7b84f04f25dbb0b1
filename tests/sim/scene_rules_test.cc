// Scenes whose rules are others: which rule a connection is under then, and who takes it up or lets it go.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "sim/scene_stage.h"

namespace weir::test {
namespace {

TEST(SceneRules, ARuleOfTheSameNameAndMatchIsTheSameRule) {
  Rules before = late_by(milliseconds(1));
  before.rules = {named("a", "a.org", milliseconds(10)), named("b", "b.org", milliseconds(20))};
  Rules after = late_by(milliseconds(2));
  after.rules = {named("new", "c.org", milliseconds(50)), named("b", "b.org", milliseconds(30)),
                 named("a", "other.org", milliseconds(40))};
  Stage stage(before);
  Talk talk(stage.bench, 40'000);
  talk.open();
  const auto get = [](std::string_view host) { return "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"; };
  EXPECT_EQ(held_for(stage.bench, talk, get("b.org")), milliseconds(20));
  talk.client_says(get("b.org"));
  talk.client_says(get("a.org"));
  stage.now(after);
  stage.bench.forget_departures();
  const Instant arrived_at = stage.bench.now();
  talk.server_says(kOk);
  stage.bench.run_for(seconds(1));
  EXPECT_EQ(stage.bench.left(Side::kA).at(0).at, arrived_at + milliseconds(30)) << "b's request was under way";
  stage.bench.forget_departures();
  talk.server_says(kOk);
  EXPECT_EQ(stage.bench.left(Side::kA).size(), 1U) << "there is no such rule as a's any more: it is left alone";
  EXPECT_EQ(held_for(stage.bench, talk, get("c.org")), milliseconds(50));
  EXPECT_EQ(held_for(stage.bench, talk, get("a.org")), milliseconds(2));
  EXPECT_EQ(held_for(stage.bench, talk, get("other.org")), milliseconds(40));
}

// Which datagrams of a flow of QUIC are lost, under one set of rules and then under another.
Rule loses_quic(std::string name, std::vector<std::uint8_t> id, PortRange servers) {
  Rule rule;
  rule.name = std::move(name);
  rule.match.traffic = traffic::kQuic;
  rule.match.server_ports = {servers};
  QuicIdPattern pattern{.length = static_cast<std::uint8_t>(id.size()), .prefix = true};
  for (std::size_t i = 0; i < id.size(); ++i) pattern.bytes.at(i) = std::byte{id[i]};
  rule.match.quic_ids = {pattern};
  rule.impair.packets.emplace_back();
  rule.impair.packets.back().loss = LossModel{.p = 1};
  return rule;
}

TEST(SceneRules, AFlowOfQuicIsAskedAnewByTheIdThatItBeganWith) {
  const auto rules_of = [](Rule rule) {
    Rules rules;
    rules.rules.push_back(std::move(rule));
    return rules;
  };
  Stage stage(rules_of(loses_quic("a", {0xc0, 0xff}, {443, 443})));
  const auto is_lost = [&](const Bytes& datagram) {
    stage.bench.forget_departures();
    stage.bench.arrive(Side::kA, datagram);
    stage.bench.turn();
    return stage.bench.left(Side::kB).empty();
  };
  const Bytes later = FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(5'000, 443).payload("\x40rest").build();
  EXPECT_TRUE(is_lost(quic_initial_to("\xc0\xff\xee", 5'000)));
  EXPECT_TRUE(is_lost(later));
  stage.now(rules_of(loses_quic("b", {0xc0, 0xff, 0xee}, {443, 443})));
  EXPECT_TRUE(is_lost(later)) << "a rule that was not there when it began, for its ID";
  stage.now(rules_of(loses_quic("b", {0xc0, 0xfe}, {443, 443})));
  EXPECT_FALSE(is_lost(later)) << "for another ID";
  stage.now(rules_of(loses_quic("a", {0xc0, 0xff}, {444, 444})));
  EXPECT_FALSE(is_lost(later)) << "for its ID, and another port";
  stage.now(rules_of(loses_quic("a", {0xc0, 0xff}, {443, 443})));
  EXPECT_TRUE(is_lost(later));
}

TEST(SceneRules, AConnectionThatNobodyWantedIsTakenUpAndLetGo) {
  Rules nobody;
  nobody.rules.push_back(named("nobody", "", seconds(9)));
  nobody.rules.back().match.hosts.clear();
  nobody.rules.back().match.server_ports = {{1, 1}};
  Rules other_tcp = nobody;
  other_tcp.rules.back().match.server_ports.clear();
  other_tcp.rules.back().match.traffic = traffic::kOtherTcp;
  other_tcp.rules.back().impair.latency = LatencyRule{{milliseconds(5), milliseconds(5)}};
  Stage stage(nobody);
  Talk talk(stage.bench, 40'000);
  talk.open();
  const std::string hello("\x01\x02 this is no HTTP");
  EXPECT_EQ(held_for(stage.bench, talk, hello), Duration());
  stage.now(other_tcp);
  EXPECT_EQ(held_for(stage.bench, talk, hello), milliseconds(5));
  stage.now(nobody);
  EXPECT_EQ(held_for(stage.bench, talk, hello), Duration());
}

}  // namespace
}  // namespace weir::test
