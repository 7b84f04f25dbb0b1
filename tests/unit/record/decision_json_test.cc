#include "record/decision_json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "unit/record/record_fixtures.h"

namespace weir {
namespace {

/// The example of the documentation.
Decision example() {
  Decision decision;
  decision.record = held(ipv4_key(40112), 9, 1234, 85434);
  decision.record.k = 17;
  decision.record.n = 3;
  decision.record.drawn = 84.2;
  decision.outcome = Outcome::kDone;
  decision.done_at = Instant(85501);
  return decision;
}

TEST(DecisionJson, TheLineOfTheDocumentation) {
  EXPECT_EQ(to_json_line(example()),
            R"({"t_ns": 1234, "link": 0, "flow": "10.9.0.1:40112>10.9.0.2:80", "k": 17, "event": "latency", "n": 3, )"
            R"("drawn": 84.2, "rule": "default", "due_ns": 85434, "done_ns": 85501})"
            "\n");
}

TEST(DecisionJson, AFrameThatNeverLeftHasNoDone) {
  Decision decision = example();
  decision.outcome = Outcome::kHeld;
  EXPECT_TRUE(to_json_line(decision).ends_with(R"("rule": "default", "due_ns": 85434})"
                                               "\n"));
}

TEST(DecisionJson, AnAbandonedFrameSaysSo) {
  Decision decision = example();
  decision.outcome = Outcome::kAbandoned;
  EXPECT_TRUE(to_json_line(decision).ends_with(R"("due_ns": 85434, "abandoned": true})"
                                               "\n"));
}

TEST(DecisionJson, AMissSaysSoAndHasNoDue) {
  DecisionRecord record = decided(Event::kReset, ipv4_key(40112), 5, 0.75);
  record.hit = false;
  EXPECT_EQ(to_json_line({record, Outcome::kComplete, {}}),
            R"({"t_ns": 5, "link": 0, "flow": "10.9.0.1:40112>10.9.0.2:80", "k": 0, "event": "reset", "n": 0, )"
            R"("drawn": 0.75, "rule": "default", "hit": false})"
            "\n");
}

TEST(DecisionJson, AMarkInTheQueueBeforeTheLimiter) {
  EXPECT_EQ(to_json_line({decided(Event::kMark, ipv4_key(40112), 5, 0.25), Outcome::kComplete, {}}),
            R"({"t_ns": 5, "link": 0, "flow": "10.9.0.1:40112>10.9.0.2:80", "k": 0, "event": "mark", "n": 0, )"
            R"("drawn": 0.25, "rule": "default"})"
            "\n");
}

TEST(DecisionJson, TheClientComesFirstWhicheverSideItIsOn) {
  DecisionRecord record = decided(Event::kOpen, ipv4_key(40112), 5);
  record.client = Side::kB;
  EXPECT_NE(to_json_line({record, Outcome::kComplete, {}}).find(R"("flow": "10.9.0.2:80>10.9.0.1:40112")"),
            std::string::npos);
}

TEST(DecisionJson, IPv6StandsInBrackets) {
  DecisionRecord record = decided(Event::kOpen, {}, 0);
  record.key.address_a.bytes = {std::byte{0x20}, std::byte{0x01}, std::byte{0x0d}, std::byte{0xb8}};
  record.key.address_a.bytes[15] = std::byte{1};
  record.key.address_b.bytes[15] = std::byte{1};
  record.key.port_a = 40000;
  record.key.port_b = 443;
  EXPECT_NE(to_json_line({record, Outcome::kComplete, {}}).find(R"("flow": "[2001:db8::1]:40000>[::1]:443")"),
            std::string::npos);
}

TEST(DecisionJson, TheLinkIsReadFromBehindTheVlanTags) {
  TcpSegment segment;
  segment.vlan = (101U << 16U) | 8U;
  DecisionRecord record = decided(Event::kOpen, make_flow_key(segment, Side::kA, 31), 0);
  EXPECT_NE(to_json_line({record, Outcome::kComplete, {}}).find(R"("link": 31)"), std::string::npos);
}

TEST(DecisionJson, ARedrawOfTheRateBelongsToNoConnection) {
  EXPECT_EQ(to_json_line({decided(Event::kRate, ipv4_key(1, 3), 1'000'000'000, 1'500'000), Outcome::kComplete, {}}),
            R"({"t_ns": 1000000000, "link": 0, "flow": "", "k": 0, "event": "rate", "n": 0, "drawn": 1500000, )"
            R"("rule": "default"})"
            "\n");
}

TEST(DecisionJson, MillisecondsHaveSixDecimalsAtMost) {
  const auto drawn = [](Event event, double value) {
    const auto line = to_json_line({decided(event, ipv4_key(1), 0, value), Outcome::kComplete, {}});
    const auto from = line.find("\"drawn\": ") + 9;
    return line.substr(from, line.find(',', from) - from);
  };
  EXPECT_EQ(drawn(Event::kLatency, 100), "100");
  EXPECT_EQ(drawn(Event::kLatency, 0), "0");
  EXPECT_EQ(drawn(Event::kJitter, 99.999999), "99.999999");
  EXPECT_EQ(drawn(Event::kJitter, 0.1 + 0.2), "0.3");
  EXPECT_EQ(drawn(Event::kReset, 0.1), "0.1");
  EXPECT_EQ(drawn(Event::kReset, 0x1p-53), "1.1102230246251565e-16") << "the shortest that reads back the same";
  EXPECT_EQ(drawn(Event::kReset, std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(DecisionJson, EveryEventIsValidJson) {
  for (int event = 0; event <= static_cast<int>(Event::kAbsorb); ++event) {
    const auto line = to_json_line({decided(static_cast<Event>(event), ipv4_key(1), 1, 0.5), Outcome::kComplete, {}});
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json.size(), 8U) << line;
    EXPECT_NE(json.at("event"), "unknown");
  }
}

}  // namespace
}  // namespace weir
