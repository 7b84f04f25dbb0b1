// What networks do to a connection's segments (loss, reordering, retransmission, overlap, half-close, reuse of a port):
// exchanges are still counted as they were spoken, or at least from the next clean request on.
#include <gtest/gtest.h>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

Rules short_latency() {
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(1), milliseconds(1)}};
  return rules;
}

std::string twice(std::string_view text) {
  return std::string(text) + std::string(text);
}

class Sequence : public testing::Test {
 protected:
  Sequence() : bench_(short_latency()), talk_(bench_, 40'000) { talk_.open(); }

  /// A segment that is not the next one: its bytes, at their place in the direction's stream.
  void from_client(std::uint32_t sequence, std::string_view text) {
    bench_.arrive(Side::kA, talk_.from_client().seq(sequence).payload(text).build());
    bench_.turn();
  }
  void from_server(std::uint32_t sequence, std::string_view text) {
    bench_.arrive(Side::kB, talk_.from_server().seq(sequence).payload(text).build());
    bench_.run_for(milliseconds(2));
  }
  void exchange() {
    talk_.client_says(kGet);
    talk_.server_says(kOk);
    bench_.run_for(milliseconds(2));
  }
  std::uint64_t exchanges() { return bench_.counters().exchanges.value(); }
  /// Two responses in one segment count as two only where messages are read.
  void expect_in_step() {
    const std::uint64_t before = exchanges();
    talk_.client_says(twice(kGet));
    talk_.server_says(twice(kOk));
    bench_.run_for(milliseconds(2));
    EXPECT_EQ(exchanges(), before + 2);
  }

  SimBench bench_;
  Talk talk_;
};

TEST_F(Sequence, SegmentsOfABodyThatChangePlacesLoseNothing) {
  talk_.client_says(twice(kGet));
  talk_.server_says("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
  const std::uint32_t body = talk_.server_next;
  for (const std::uint32_t part : {0U, 2U, 1U, 3U, 4U}) from_server(body + part * 1'000, std::string(1'000, 'b'));
  talk_.server_next = body + 5'000;
  EXPECT_EQ(exchanges(), 1U);
  talk_.server_says(kOk);
  EXPECT_EQ(exchanges(), 2U) << "the end of the first body was found";
  expect_in_step();
}

TEST_F(Sequence, ALostSegmentOfABodyThatComesAgainLosesNothing) {
  const std::string body(1'000, 'b');
  const std::uint32_t head = talk_.client_next;
  const std::string start = "POST / HTTP/1.1\r\nContent-Length: 3000\r\n\r\n";
  talk_.client_says(start);
  const std::uint32_t first = head + static_cast<std::uint32_t>(start.size());
  from_client(first + 1'000, body);
  from_client(first + 2'000, body);
  from_client(first, body);         // the retransmission of what was lost
  from_client(first, body + body);  // and once more, with what had arrived
  talk_.client_next = first + 3'000;
  talk_.client_says(kGet);
  talk_.server_says(twice(kOk));
  bench_.run_for(milliseconds(2));
  EXPECT_EQ(exchanges(), 2U) << "the request behind the body was found";
  expect_in_step();
}

TEST_F(Sequence, ARequestWhoseSegmentsChangePlacesCountsOnceAndTheNextIsRead) {
  exchange();
  const std::string request = "GET /long HTTP/1.1\r\nCookie: " + std::string(1'000, 'c') + "\r\n\r\n";
  const std::uint32_t begin = talk_.client_next;
  from_client(begin + 500, request.substr(500));
  from_client(begin, request.substr(0, 500));
  talk_.client_next = begin + static_cast<std::uint32_t>(request.size());
  talk_.server_says(kOk);
  bench_.run_for(milliseconds(2));
  EXPECT_EQ(exchanges(), 2U);
  expect_in_step();
}

TEST_F(Sequence, AFirstRequestWhoseSegmentsChangePlacesIsMissedAndTheNextIsRead) {
  const std::string request = "GET /long HTTP/1.1\r\nCookie: " + std::string(1'000, 'c') + "\r\n\r\n";
  const std::uint32_t begin = talk_.client_next;
  from_client(begin + 500, request.substr(500));
  from_client(begin, request.substr(0, 500));
  talk_.client_next = begin + static_cast<std::uint32_t>(request.size());
  talk_.server_says(kOk);
  EXPECT_EQ(exchanges(), 0U);
  expect_in_step();
}

TEST_F(Sequence, AResponseWhoseSegmentsChangePlacesCountsOnceAndTheNextIsRead) {
  talk_.client_says(kGet);
  const std::string response =
      "HTTP/1.1 200 OK\r\nX: " + std::string(1'000, 'x') + "\r\nContent-Length: 5\r\n\r\nhello";
  const std::uint32_t begin = talk_.server_next;
  from_server(begin + 500, response.substr(500));
  from_server(begin, response.substr(0, 500));
  talk_.server_next = begin + static_cast<std::uint32_t>(response.size());
  EXPECT_EQ(exchanges(), 1U);
  expect_in_step();
}

TEST_F(Sequence, ARequestThatComesAgainDoesNotCountAgain) {
  const std::uint32_t begin = talk_.client_next;
  talk_.client_says(kGet);
  from_client(begin, kGet);
  talk_.server_says(kOk);
  bench_.run_for(milliseconds(2));
  from_client(begin, kGet);
  EXPECT_EQ(exchanges(), 1U);
  expect_in_step();
}

TEST_F(Sequence, ARetransmissionThatCarriesNewBytesTooCountsThem) {
  const std::uint32_t begin = talk_.client_next;
  const std::string both = twice(kGet);
  from_client(begin, both.substr(0, 10));
  from_client(begin, both.substr(0, 40));
  from_client(begin + 5, both.substr(5));
  talk_.client_next = begin + static_cast<std::uint32_t>(both.size());
  const std::uint32_t answer = talk_.server_next;
  from_server(answer, std::string(kOk).substr(0, 20));
  from_server(answer, twice(kOk));
  talk_.server_next = answer + 2 * static_cast<std::uint32_t>(kOk.size());
  EXPECT_EQ(exchanges(), 2U);
  expect_in_step();
}

TEST_F(Sequence, AKeepAliveProbeIsNoPayload) {
  exchange();
  from_client(talk_.client_next - 1, "x");  // RFC 9293, 3.8.4: a byte that was acknowledged long ago
  from_server(talk_.server_next - 1, "x");
  EXPECT_EQ(exchanges(), 1U);
  expect_in_step();
}

TEST_F(Sequence, AClientThatHasClosedItsHalfStillGetsItsResponses) {
  talk_.client_sends(twice(kGet));
  bench_.arrive(Side::kA, talk_.from_client().flags(tcp_flag::kFin | tcp_flag::kAck).build());
  ++talk_.client_next;
  bench_.turn();
  bench_.forget_departures();
  const Instant arrived_at = bench_.now();
  talk_.server_says(kOk);
  talk_.server_says(kOk);
  bench_.arrive(Side::kB, talk_.from_server().flags(tcp_flag::kFin | tcp_flag::kAck).build());
  bench_.run_for(milliseconds(5));
  EXPECT_EQ(exchanges(), 2U);
  ASSERT_EQ(bench_.left(Side::kA).size(), 3U);
  for (const Departure& departure : bench_.left(Side::kA)) EXPECT_EQ(departure.at, arrived_at + milliseconds(1));
}

TEST_F(Sequence, APortThatIsUsedAgainBeginsAfresh) {
  talk_.client_says(kGet);
  talk_.server_says("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
  bench_.run_for(milliseconds(2));
  talk_.client_next = 3'000'000'000;  // both ends begin anew in the middle of a body
  talk_.server_next = 2'000'000'000;
  talk_.open();
  expect_in_step();
  EXPECT_EQ(bench_.counters().tcp_connections.value(), 2U);
  EXPECT_EQ(exchanges(), 3U);
}

TEST_F(Sequence, APortThatIsUsedAgainForAnotherProtocolIsLetAlone) {
  exchange();
  talk_.client_next = 3'000'000'000;
  talk_.server_next = 2'000'000'000;
  talk_.open();
  talk_.client_says("SSH-2.0-OpenSSH_9.2\r\n");
  talk_.server_says("SSH-2.0-OpenSSH_9.2\r\n");
  talk_.client_says(kGet);
  talk_.server_says(kOk);
  EXPECT_EQ(exchanges(), 1U);
}

TEST(SequenceMidway, AConnectionWhoseBeginWasNotSeenIsReadFromItsNextRequestOn) {
  SimBench bench(short_latency());
  Talk talk(bench, 40'000);
  talk.client_says("the rest of a body");
  talk.server_says(kOk);
  bench.run_for(milliseconds(2));
  EXPECT_EQ(bench.counters().exchanges.value(), 0U);
  talk.client_says(twice(kGet));
  talk.server_says(twice(kOk));
  bench.run_for(milliseconds(2));
  EXPECT_EQ(bench.counters().exchanges.value(), 2U);
}

}  // namespace
}  // namespace weir::test
