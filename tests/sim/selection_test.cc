// Selection: which rule a connection, an exchange, or what is no TCP comes under, seen through a worker.
#include <gtest/gtest.h>

#include <string>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

Rule hold(std::string name, Duration length) {
  Rule rule;
  rule.name = std::move(name);
  rule.impair.latency = LatencyRule{{length, length}};
  return rule;
}

std::string get(std::string_view path, std::string_view host) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
}

/// How long the response to a request was held.
Duration held_for(SimBench& bench, Talk& talk, std::string_view request) {
  talk.client_says(request);
  bench.run_for(seconds(1));
  bench.forget_departures();
  const Instant arrived_at = bench.now();
  talk.server_says(kOk);
  bench.run_for(seconds(1));
  return bench.left(Side::kA).at(0).at - arrived_at;
}

TEST(Selection, EachExchangeOfAConnectionComesUnderTheRuleOfItsHostAndPath) {
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(5), milliseconds(5)}};
  rules.rules.push_back(hold("api", milliseconds(100)));
  rules.rules.back().match.hosts = {{.name = "api.example.org"}};
  rules.rules.push_back(hold("images", milliseconds(50)));
  rules.rules.back().match.paths = {{.text = "/img/*.png", .kind = PathPattern::Kind::kGlob}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  EXPECT_EQ(held_for(bench, talk, get("/x", "API.Example.org")), milliseconds(100));
  EXPECT_EQ(held_for(bench, talk, get("/img/a.png?v=1", "www.example.org")), milliseconds(50));
  EXPECT_EQ(held_for(bench, talk, get("/x", "www.example.org")), milliseconds(5));
  EXPECT_EQ(held_for(bench, talk, get("/img/a.png", "api.example.org:8080")), milliseconds(100)) << "first match wins";
}

TEST(Selection, ARequestThatIsCutAnywhereIsReadAllTheSame) {
  Rules rules;
  rules.rules.push_back(hold("api", milliseconds(100)));
  rules.rules.back().match.hosts = {{.name = "example.org", .below = true}};
  const std::string request = get("/x", "api.example.org");
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    SimBench bench(rules);
    Talk talk(bench, 40'000);
    talk.open();
    talk.client_says(request.substr(0, cut));
    EXPECT_EQ(held_for(bench, talk, request.substr(cut)), milliseconds(100)) << "cut at " << cut;
  }
}

TEST(Selection, PipelinedRequestsKeepTheirRulesInOrder) {
  Rules rules;
  rules.rules.push_back(hold("a", milliseconds(100)));
  rules.rules.back().match.paths = {{.text = "/a"}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(get("/b", "h") + get("/a", "h") + get("/b", "h"));
  std::vector<Duration> held;
  for (int i = 0; i < 3; ++i) {
    bench.forget_departures();
    const Instant arrived_at = bench.now();
    talk.server_says(kOk);
    bench.run_for(seconds(1));
    held.push_back(bench.left(Side::kA).at(0).at - arrived_at);
  }
  EXPECT_EQ(held, (std::vector{Duration(), milliseconds(100), Duration()}));
}

TEST(Selection, TheLogNamesTheRule) {
  Rules rules;
  rules.rules.push_back(hold("first", milliseconds(1)));
  rules.rules.back().match.exchanges = {0, 0};
  rules.rules.push_back(hold("rest", milliseconds(2)));
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  EXPECT_EQ(held_for(bench, talk, kGet), milliseconds(1));
  EXPECT_EQ(held_for(bench, talk, kGet), milliseconds(2));
  std::vector<unsigned> numbers;
  for (const DecisionRecord& record : bench.decisions()) {
    if (record.event == Event::kLatency) numbers.push_back(record.rule);
  }
  EXPECT_EQ(numbers, (std::vector<unsigned>{1, 2}));
}

TEST(Selection, OtherProtocolsByTurnsWhereARuleTakesThem) {
  Rules rules;
  rules.rules.push_back(hold("binary", milliseconds(30)));
  rules.rules.back().match.traffic = traffic::kOtherTcp;
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  EXPECT_EQ(held_for(bench, talk, std::string("\x00\x01ping", 6)), milliseconds(30));
  EXPECT_EQ(held_for(bench, talk, std::string("\x00\x02ping", 6)), milliseconds(30));
  Talk http(bench, 40'001);
  http.open();
  EXPECT_EQ(held_for(bench, http, kGet), Duration());
}

TEST(Selection, UdpAndTheRestAreDelayedInOrderWhereARuleTakesAll) {
  Rules rules;
  rules.rules.emplace_back();
  rules.rules.back().match.traffic = traffic::kAll;
  PacketRule packets;
  packets.delay = DurationLaw{milliseconds(10), milliseconds(10)};
  rules.rules.back().impair.packets.push_back(packets);
  SimBench bench(rules);
  const Bytes udp = FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(5'000, 53).payload("query").build();
  const Bytes ping = FrameBuilder().v4("10.9.0.1", "10.9.0.2").icmp().payload("ping").build();
  const Bytes arp = FrameBuilder().arp("10.9.0.1", "10.9.0.2").build();
  for (const Bytes& frame : {udp, ping, arp}) bench.arrive(Side::kA, frame);
  bench.run_for(milliseconds(9));
  EXPECT_TRUE(bench.left(Side::kB).empty());
  bench.run_for(milliseconds(1));
  ASSERT_EQ(bench.left(Side::kB).size(), 3U);
  for (const Departure& departure : bench.left(Side::kB)) EXPECT_EQ(departure.at, Instant(0) + milliseconds(10));
}

TEST(Selection, AFrameWithNothingToCorruptPasses) {
  Rules rules;
  rules.rules.emplace_back();
  rules.rules.back().match.traffic = traffic::kAll;
  PacketRule packets;
  packets.corrupt = 1;
  rules.rules.back().impair.packets.push_back(packets);
  SimBench bench(rules);
  for (const std::size_t length : {1U, 13U, 14U}) bench.arrive(Side::kA, Bytes(length));
  bench.turn();
  EXPECT_EQ(bench.left(Side::kB).size(), 3U);
}

Rule lose_quic(const QuicIdPattern& id) {
  Rule rule;
  rule.match.traffic = traffic::kQuic;
  rule.match.quic_ids = {id};
  rule.impair.packets.emplace_back();
  rule.impair.packets.back().loss = LossModel{.p = 1};
  return rule;
}

TEST(Selection, QuicByTheConnectionIdOfTheClientsFirstInitial) {
  Rules rules;
  rules.rules.push_back(lose_quic({.bytes = {std::byte{0xc0}, std::byte{0xff}}, .length = 2, .prefix = true}));
  SimBench bench(rules);
  bench.arrive(Side::kA, quic_initial_to("\xc0\xff\xee", 5'000));
  bench.arrive(Side::kA, quic_initial_to("\xc0\xfe\xee", 5'001));
  bench.turn();
  ASSERT_EQ(bench.left(Side::kB).size(), 1U);
  EXPECT_EQ(bench.drops(DropReason::kLoss), 1U);
  bench.forget_departures();
  const Bytes later = FrameBuilder().v4("10.9.0.2", "10.9.0.1").udp(443, 5'000).payload("\x40rest").build();
  bench.arrive(Side::kB, later);
  bench.turn();
  EXPECT_EQ(bench.drops(DropReason::kLoss), 2U) << "the flow stays under its rule, whatever its later packets show";
  bench.arrive(Side::kA, FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(5'002, 443).payload("\xc0\xff").build());
  bench.turn();
  EXPECT_EQ(bench.left(Side::kB).size(), 1U) << "no Initial has no connection ID";
}

TEST(Selection, AWholeConnectionIdIsNotWhatOneBeginsWith) {
  Rules rules;
  rules.rules.push_back(lose_quic({.bytes = {std::byte{0xc0}, std::byte{0xff}}, .length = 2}));
  SimBench bench(rules);
  bench.arrive(Side::kA, quic_initial_to("\xc0\xff\xee", 5'000));
  bench.arrive(Side::kA, quic_initial_to("\xc0\xff", 5'001));
  bench.turn();
  EXPECT_EQ(bench.left(Side::kB).size(), 1U);
  EXPECT_EQ(bench.drops(DropReason::kLoss), 1U);
}

TEST(Selection, WhatNoRuleTakesIsNotEvenAFlow) {
  Rules rules;
  rules.latency = LatencyRule{{seconds(1), seconds(1)}};
  SimBench bench(rules);
  bench.arrive(Side::kA, FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(5'000, 53).payload("query").build());
  bench.turn();
  EXPECT_EQ(bench.left(Side::kB).size(), 1U);
}

TEST(Selection, EachDirectionCanHaveARateOfItsOwn) {
  Rules rules;
  rules.speed = SpeedRule{ByteRate{1'000}, ByteRate{1'000}};
  rules.speed->direction = SpeedRule::Direction::kEach;
  rules.speed->down = RateRange{ByteRate{10'000}, ByteRate{10'000}};
  SimBench bench(rules);
  Talk talk(bench, 40'000);
  talk.open();
  talk.client_says(kGet);
  bench.run_for(seconds(20));
  bench.forget_departures();
  const Instant arrived_at = bench.now();
  talk.server_says("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + std::string(958, 'd'));
  for (int i = 0; i < 9; ++i) {
    talk.server_says(std::string(1'000, 'd'));
    talk.client_says(std::string(1'000, 'u'));
  }
  bench.run_for(seconds(60));
  // A burst of 3 000 bytes is free after an idle spell; the rest goes by each direction's own rate.
  EXPECT_EQ(bench.left(Side::kA).back().at, arrived_at + milliseconds(700));
  EXPECT_EQ(bench.left(Side::kB).back().at, arrived_at + seconds(6));
}

}  // namespace
}  // namespace weir::test
