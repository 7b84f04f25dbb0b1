// Downloads through the queue before a limiter of a byte a microsecond, for the tests of its disciplines.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/sim_bench.h"

namespace weir::test {

using Kind = QueueDiscipline::Kind;

inline constexpr std::uint64_t kRate = 1'000'000;  // a byte a microsecond
inline constexpr std::size_t kPiece = 1'000;

inline Rules limited_by(Kind kind) {
  Rules rules;
  rules.speed = SpeedRule{ByteRate{kRate}, ByteRate{kRate}};
  rules.speed->discipline.kind = kind;
  return rules;
}

inline Rules packets_wait(Kind kind, std::uint64_t most) {
  Rules rules = limited_by(kind);
  rules.speed->bound = {QueueBound::Unit::kPackets, most};
  return rules;
}

inline TcpSegment facts_of(const Bytes& frame) {
  TcpSegment facts;
  EXPECT_EQ(parse_frame(frame, facts), FrameKind::kTcp);
  return facts;
}

// A connection whose server sends pieces of a thousand bytes.
class Download {
 public:
  Download(SimBench& bench, std::uint16_t port) : talk_(bench, port), bench_(bench), port_(port) {
    talk_.open();
    talk_.client_says(kGet);
    talk_.server_says("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    bench.run_for(seconds(1));
    first_ = talk_.server_next;
  }

  void sends(int pieces) {
    for (int i = 0; i < pieces; ++i) talk_.server_sends(std::string(kPiece, 'x'));
  }
  // By a sender that understands congestion marks.
  void sends_capable(int pieces) {
    for (int i = 0; i < pieces; ++i) {
      bench_.arrive(Side::kB, talk_.from_server().dscp(0, 2).payload(std::string(kPiece, 'x')).build());
      talk_.server_next += kPiece;
    }
  }
  // Which of its pieces have left, by their numbers, and when.
  [[nodiscard]] std::vector<int> left() const {
    std::vector<int> pieces;
    for (const Departure& departure : bench_.left(Side::kA)) {
      const TcpSegment facts = facts_of(departure.frame);
      const bool is_mine = facts.destination_port == port_ && facts.payload_length == kPiece;
      if (is_mine) pieces.push_back(static_cast<int>((facts.sequence - first_) / kPiece));
    }
    return pieces;
  }

 private:
  Talk talk_;
  SimBench& bench_;
  std::uint16_t port_;
  std::uint32_t first_ = 0;
};

inline std::vector<int> from_to(int first, int last) {
  std::vector<int> numbers;
  for (int n = first; n <= last; ++n) numbers.push_back(n);
  return numbers;
}

inline std::uint64_t bytes_left(const SimBench& bench) {
  std::uint64_t bytes = 0;
  for (const Side side : {Side::kA, Side::kB}) {
    for (const Departure& departure : bench.left(side)) bytes += facts_of(departure.frame).payload_length;
  }
  return bytes;
}

}  // namespace weir::test
