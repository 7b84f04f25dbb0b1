// What tests of a cut in the body share: rules, a response, and a connection that waits for it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/conversation.h"

namespace weir::test {

using namespace tcp_flag;  // NOLINT: flags are what these tests are about

inline constexpr std::uint8_t kPushed = kAck | kPsh;
inline constexpr std::uint8_t kRstAck = kRst | kAck;
inline constexpr std::uint8_t kFinAck = kFin | kAck;

inline Rules cut_after(std::uint64_t bytes, ResetRule::How how = ResetRule::How::kRst) {
  Rules rules;
  rules.reset = ResetRule{1, Probability(1), ResetRule::At::kBody, how};
  rules.reset->after_bytes_min = rules.reset->after_bytes_max = bytes;
  return rules;
}

inline Rules cut_after(Duration time, ResetRule::How how = ResetRule::How::kRst) {
  Rules rules = cut_after(0, how);
  rules.reset->after_time = DurationLaw{time, time};
  return rules;
}

inline Rules with_latency(Rules rules, Duration hold) {
  rules.latency = LatencyRule{.hold = DurationLaw{hold, hold}};
  return rules;
}

inline Rules with_speed(Rules rules, std::uint64_t rate, std::uint64_t queue_at_least = 64 * 1'024) {
  rules.speed = SpeedRule{ByteRate{rate}, ByteRate{rate}};
  rules.speed->queue_at_least = queue_at_least;
  return rules;
}

// A response of so many bytes with its head, of which each byte can be told from its neighbours.
inline std::string response_of(std::size_t length) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: ";
  std::size_t body = length - head.size() - 4;
  while (head.size() + std::to_string(body).size() + 4 + body > length) --body;
  std::string response = head + std::to_string(body) + "\r\n\r\n";
  while (response.size() < length) response += static_cast<char>('a' + response.size() % 23);
  return response;
}

// One connection, on which a request has been sent.
class Body {
 public:
  explicit Body(const Rules& rules) : bench(rules), talk(bench) {
    bench.expect_changes();
    talk.opens();
    talk.says(Side::kA, kPushed, kGet);
    bench.run_for(milliseconds(50));  // the request may have to wait for the limiter
    bench.forget_departures();
    begins_ = talk.next(Side::kB);
  }

  void server_says(std::string_view text) { talk.says(Side::kB, kPushed, text); }

  // All that the client was given of the response, by place; whatever is missing is a dot.
  [[nodiscard]] std::string delivered() const {
    std::string all;
    for (const Departure& departure : bench.left(Side::kA)) {
      const TcpSegment facts = facts_of(departure);
      const std::uint32_t at = facts.sequence - begins_;
      const auto* text = reinterpret_cast<const char*>(departure.frame.data()) + facts.payload_offset;
      if (all.size() < at + facts.payload_length) all.resize(at + facts.payload_length, '.');
      all.replace(at, facts.payload_length, text, facts.payload_length);
      EXPECT_TRUE(checksums_hold(departure.frame, facts));
    }
    return all;
  }

  // The cut comes at both sides, with the numbers of ends of which the client has been given `bytes`.
  void expect_cut_behind(std::size_t bytes, std::uint8_t flags = kRstAck) const {
    for (const Side end : {Side::kA, Side::kB}) {
      const Departure* const told = first_with(end, flags);
      ASSERT_NE(told, nullptr) << "at " << index_of(end);
      const std::uint32_t to_client = begins_ + static_cast<std::uint32_t>(bytes);
      EXPECT_EQ(facts_of(*told).sequence, end == Side::kA ? to_client : talk.next(Side::kA));
      EXPECT_EQ(facts_of(*told).acknowledgment, end == Side::kA ? talk.next(Side::kA) : to_client);
    }
    EXPECT_EQ(facts_of(bench.left(Side::kA).back()).flags, flags) << "nothing goes by behind it";
    EXPECT_EQ(bench.counters().reset_applied.value(), 1U);
  }

  [[nodiscard]] const Departure* first_with(Side end, std::uint8_t flags) const {
    const auto& left = bench.left(end);
    const auto found =
        std::ranges::find_if(left, [flags](const Departure& departure) { return facts_of(departure).flags == flags; });
    return found == left.end() ? nullptr : &*found;
  }

  void expect_no_cut() const {
    EXPECT_EQ(bench.counters().reset_applied.value(), 0U);
    for (const Departure& departure : bench.left(Side::kA)) EXPECT_FALSE(facts_of(departure).has(kRst));
  }

  // Everything that weir made a copy of has been given back.
  void expect_nothing_kept() {
    bench.run_for(seconds(2'000));
    EXPECT_EQ(bench.source().in_use(), 0U);
  }

  SimBench bench;
  Conversation talk;

 private:
  std::uint32_t begins_;  // the response
};

inline constexpr std::size_t kPiece = 100;

inline void say_in_pieces(Body& body, const std::string& response) {
  for (std::size_t at = 0; at < response.size(); at += kPiece) body.server_says(response.substr(at, kPiece));
}

}  // namespace weir::test
