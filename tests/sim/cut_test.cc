// Disconnection, every point of a connection's life in every way: what leaves at each side, with which numbers, and
// what each end hears when it goes on.
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "support/conversation.h"

namespace weir::test {
namespace {

using At = ResetRule::At;
using How = ResetRule::How;
using namespace tcp_flag;  // NOLINT: flags are what this file is about

constexpr std::uint8_t kRstAck = kRst | kAck;
constexpr std::uint8_t kFinAck = kFin | kAck;

Rules cut(At at, How how) {
  Rules rules;
  rules.reset = ResetRule{1, Probability(1), at, how};
  if (at == At::kBody) rules.reset->after_bytes_min = rules.reset->after_bytes_max = 10;
  return rules;
}

// What each end is sent at the cut, and what it hears when it goes on: as docs/impairments.md has it.
struct Ends {
  std::uint8_t client;  // flags; 0: nothing
  std::uint8_t server;
  Answer client_hears;
  Answer server_hears;
};

Ends ends_of(How how) {
  switch (how) {
    case How::kRst:
      return {kRstAck, kRstAck, Answer::kRst, Answer::kRst};
    case How::kRstClient:
    case How::kRefuse:
      return {kRstAck, 0, Answer::kRst, Answer::kRst};
    case How::kRstServer:
      return {0, kRstAck, Answer::kRst, Answer::kRst};
    case How::kFin:
      return {kFinAck, kFinAck, Answer::kClosing, Answer::kClosing};
    case How::kBlackhole:
      return {0, 0, Answer::kSilence, Answer::kSilence};
    case How::kHalfOpen:
      return {kRstAck, 0, Answer::kRst, Answer::kSilence};
  }
  return {};
}

class Matrix : public testing::TestWithParam<std::tuple<At, How, Dress>> {
 protected:
  void SetUp() override {
    bench_.expect_changes();
    go_to_cut();
  }

  // Everything up to the frame in whose place, or behind which, the cut comes. What left before is forgotten.
  void go_to_cut() {
    const bool in_place_of_syn = how() == How::kRefuse || how() == How::kBlackhole;
    if (at() == At::kConnect && in_place_of_syn) return talk_.says(Side::kA, kSyn);
    talk_.says(Side::kA, kSyn);
    if (at() == At::kConnect && how() != How::kFin) return says_last(Side::kB, kSyn | kAck);
    talk_.says(Side::kB, kSyn | kAck);
    if (at() == At::kConnect) return says_last(Side::kA, kAck);
    talk_.says(Side::kA, kAck);
    if (at() == At::kRequest) return says_last(Side::kA, kAck | kPsh, kGet);
    talk_.says(Side::kA, kAck | kPsh, kGet);
    says_last(Side::kB, kAck | kPsh, kOk);
  }

  void says_last(Side from, std::uint8_t flags, std::string_view payload = "") {
    bench_.forget_departures();
    client_sent_ = talk_.next(Side::kA);
    server_sent_ = talk_.next(Side::kB);
    talk_.says(from, flags, payload);
  }

  // The one frame of weir's that an end is sent, behind whatever passed. `sequence` is what the end expects.
  void expect_told(Side end, std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment) {
    ASSERT_FALSE(bench_.left(end).empty());
    const Departure& last = bench_.left(end).back();
    const TcpSegment facts = facts_of(last);
    EXPECT_EQ(facts.flags, flags);
    EXPECT_EQ(facts.sequence, sequence);
    EXPECT_EQ(facts.acknowledgment, acknowledgment);
    EXPECT_EQ(facts.payload_length, 0);
    EXPECT_TRUE(checksums_hold(last.frame, facts));
    EXPECT_EQ(facts.vlan, facts_of(talk_.from(end).build()).vlan) << "its tags";
    EXPECT_EQ(talk_.timestamp_value_of(last.frame), talk_.newest_from(other(end)));
    EXPECT_EQ(talk_.timestamp_echo_of(last.frame), talk_.newest_from(end));
  }

  // A frame that an end sends behind the cut.
  void expect_answer(Side from, std::uint8_t flags, std::string_view payload, Answer answer) {
    SCOPED_TRACE(testing::Message() << "from " << index_of(from) << " flags " << int{flags} << " " << payload);
    bench_.forget_departures();
    const std::uint32_t acknowledged = talk_.next(other(from));
    talk_.says(from, flags, payload);
    EXPECT_TRUE(bench_.left(other(from)).empty()) << "nothing goes by any more";
    const bool is_answered =
        answer == Answer::kRst || (answer == Answer::kClosing && (flags != kAck || !payload.empty()));
    ASSERT_EQ(bench_.left(from).size(), is_answered ? 1U : 0U);
    if (!is_answered) return;
    const TcpSegment facts = facts_of(bench_.left(from)[0]);
    EXPECT_EQ(facts.sequence, acknowledged);
    const bool is_acknowledged = answer == Answer::kClosing && payload.empty();
    EXPECT_EQ(facts.flags, is_acknowledged ? kAck : kRst);
    EXPECT_EQ(facts.acknowledgment, is_acknowledged ? talk_.next(from) : 0);
    EXPECT_TRUE(checksums_hold(bench_.left(from)[0].frame, facts));
  }

  [[nodiscard]] At at() const { return std::get<0>(GetParam()); }
  [[nodiscard]] How how() const { return std::get<1>(GetParam()); }

  SimBench bench_{cut(at(), how())};
  Conversation talk_{bench_, std::get<2>(GetParam())};
  std::uint32_t client_sent_ = 0;  // the next number of each before the last frame
  std::uint32_t server_sent_ = 0;
};

TEST_P(Matrix, BothEndsAreToldWhatTheyShouldBe) {
  const Ends ends = ends_of(how());
  const std::size_t passed_to_client = at() == At::kBody ? 1 : 0;
  const std::size_t passed_to_server = at() == At::kConnect && how() == How::kFin ? 1 : 0;
  EXPECT_EQ(bench_.left(Side::kA).size(), passed_to_client + (ends.client != 0 ? 1 : 0));
  EXPECT_EQ(bench_.left(Side::kB).size(), passed_to_server + (ends.server != 0 ? 1 : 0));
  if (how() == How::kRefuse) return expect_told(Side::kA, kRstAck, 0, talk_.next(Side::kA));
  const bool in_place_of_syn_ack = at() == At::kConnect && how() != How::kFin;
  const std::uint32_t given_to_client = server_sent_ + (at() == At::kBody ? 10 : 0);
  const std::uint32_t server_is_acknowledged = given_to_client + (in_place_of_syn_ack ? 1 : 0);
  if (ends.client != 0) expect_told(Side::kA, ends.client, given_to_client, client_sent_);
  if (ends.server != 0) expect_told(Side::kB, ends.server, client_sent_, server_is_acknowledged);
  EXPECT_EQ(bench_.counters().reset_applied.value(), 1U);
  EXPECT_EQ(bench_.drops(DropReason::kReset), passed_to_server == 1 ? 0U : 1U);
}

TEST_P(Matrix, WhatComesLaterIsAnsweredOrSwallowed) {
  const Ends ends = ends_of(how());
  const Answer client_hears = ends.client_hears;
  expect_answer(Side::kA, kAck, "", client_hears);
  expect_answer(Side::kA, kAck | kPsh, kGet, client_hears);
  expect_answer(Side::kA, kFinAck, "", client_hears);
  expect_answer(Side::kA, kRst, "", Answer::kSilence);
  const bool server_knows = at() != At::kConnect || (how() != How::kRefuse && how() != How::kBlackhole);
  if (!server_knows) return;
  expect_answer(Side::kB, kAck, "", ends.server_hears);
  expect_answer(Side::kB, kAck | kPsh, "more", ends.server_hears);
  expect_answer(Side::kB, kFinAck, "", ends.server_hears);
  expect_answer(Side::kB, kRstAck, "", Answer::kSilence);
  EXPECT_EQ(bench_.drops(DropReason::kAfterReset), 8U);
}

TEST_P(Matrix, ANewSynBeginsANewConnection) {
  bench_.forget_departures();
  Conversation second(bench_, std::get<2>(GetParam()));
  second.begin_at(Side::kA, 0x7fff'0000);
  second.says(Side::kA, kSyn);
  EXPECT_EQ(bench_.counters().tcp_connections.value(), 2U);
  EXPECT_EQ(bench_.drops(DropReason::kAfterReset), 0U);
}

TEST_P(Matrix, NoBufferLeaks) {
  bench_.run_for(seconds(2'000));
  EXPECT_EQ(bench_.source().in_use(), 0U);
}

constexpr std::array kEveryDress = {Dress::kV4, Dress::kV6, Dress::kVlan, Dress::kQinqV6};
constexpr std::array kEveryHow = {How::kRst, How::kRstClient, How::kRstServer,
                                  How::kFin, How::kBlackhole, How::kHalfOpen};

std::string name_of(const testing::TestParamInfo<Matrix::ParamType>& info) {
  constexpr std::array kAt = {"Connect", "Request", "Response", "Body"};
  constexpr std::array kHow = {"Rst", "RstClient", "RstServer", "Fin", "Blackhole", "Refuse", "HalfOpen"};
  constexpr std::array kDress = {"V4", "V6", "Vlan", "QinqV6"};
  const auto [at, how, dress] = info.param;
  return std::string(kAt[static_cast<std::size_t>(at)]) + kHow[static_cast<std::size_t>(how)] +
         kDress[static_cast<std::size_t>(dress)];
}

INSTANTIATE_TEST_SUITE_P(Every, Matrix,
                         testing::Combine(testing::Values(At::kConnect, At::kRequest, At::kResponse, At::kBody),
                                          testing::ValuesIn(kEveryHow), testing::ValuesIn(kEveryDress)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Refuse, Matrix,
                         testing::Combine(testing::Values(At::kConnect), testing::Values(How::kRefuse),
                                          testing::ValuesIn(kEveryDress)),
                         name_of);

// Connections that are cut at connect, and the same SYN again.

TEST(CutAtConnect, ARefusedSynAgainIsRefusedAsAnotherConnection) {
  SimBench bench(cut(At::kConnect, How::kRefuse));
  Conversation talk(bench);
  talk.says(Side::kA, kSyn);
  talk.repeats_last(Side::kA);
  EXPECT_EQ(bench.left(Side::kA).size(), 2U);
  EXPECT_EQ(bench.counters().tcp_connections.value(), 2U);
  EXPECT_EQ(bench.counters().reset_applied.value(), 2U);
}

TEST(CutAtConnect, ASwallowedSynAgainIsSwallowedAgain) {
  SimBench bench(cut(At::kConnect, How::kBlackhole));
  Conversation talk(bench);
  talk.says(Side::kA, kSyn);
  for (int i = 0; i < 6; ++i) talk.repeats_last(Side::kA);
  EXPECT_TRUE(bench.left(Side::kA).empty());
  EXPECT_TRUE(bench.left(Side::kB).empty());
  EXPECT_EQ(bench.counters().tcp_connections.value(), 1U);
  EXPECT_EQ(bench.counters().reset_draws.value(), 1U);
}

TEST(CutAtConnect, AClientThatWasNotToldIsToldWhenItAsksAgain) {
  SimBench bench(cut(At::kConnect, How::kRstServer));
  bench.expect_changes();
  Conversation talk(bench);
  talk.says(Side::kA, kSyn);
  const std::uint32_t expected = talk.next(Side::kA);
  talk.says(Side::kB, kSyn | kAck);
  ASSERT_TRUE(bench.left(Side::kA).empty());
  bench.forget_departures();
  talk.repeats_last(Side::kA);
  EXPECT_TRUE(bench.left(Side::kB).empty());
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  const TcpSegment answer = facts_of(bench.left(Side::kA)[0]);
  EXPECT_EQ(answer.flags, kRstAck);
  EXPECT_EQ(answer.acknowledgment, expected);
  EXPECT_EQ(bench.counters().tcp_connections.value(), 1U);
}

TEST(CutAtConnect, ASynThatPassedDrawsOnce) {
  Rules rules = cut(At::kConnect, How::kRst);
  rules.reset->share = 0;
  rules.reset->probability = Probability(0);
  SimBench bench(rules);
  Conversation talk(bench);
  talk.says(Side::kA, kSyn);
  talk.repeats_last(Side::kA);
  EXPECT_EQ(bench.left(Side::kB).size(), 2U);
  EXPECT_EQ(bench.counters().reset_draws.value(), 1U);
}

TEST(CutAtConnect, WhatWasNotStruckIsLimitedOnlyOnceItIsHttp) {
  Rules rules = cut(At::kConnect, How::kRst);
  rules.reset->share = 0;
  rules.reset->probability = Probability(0);
  rules.speed = SpeedRule{ByteRate{1'000}, ByteRate{1'000}};
  SimBench bench(rules);
  Conversation talk(bench);
  talk.opens();
  bench.forget_departures();
  for (int i = 0; i < 10; ++i) talk.says(Side::kA, kAck | kPsh, std::string(1'000, '\x01'));
  EXPECT_EQ(bench.left(Side::kB).size(), 10U) << "no HTTP: untouched";
}

TEST(CutHalfOpen, TheSamePortsAgainAsLinuxDoesIt) {
  SimBench bench(cut(At::kResponse, How::kHalfOpen));
  bench.expect_changes();
  Conversation first(bench);
  first.opens();
  first.says(Side::kA, kAck | kPsh, kGet);
  first.says(Side::kB, kAck | kPsh, kOk);
  // The server still has the first connection: it answers the SYN of the second with what it expects (RFC 9293, figure
  // 9), the client ends that, and asks again.
  Conversation second(bench);
  second.begin_at(Side::kA, 0x7fff'0000);
  second.says(Side::kA, kSyn);
  bench.arrive(Side::kB, first.from(Side::kB).flags(kAck).build());
  bench.turn();
  bench.arrive(Side::kA, first.from(Side::kA).seq(first.next(Side::kA)).ack(0).flags(kRst).build());
  bench.turn();
  second.repeats_last(Side::kA);
  second.says(Side::kB, kSyn | kAck);
  second.says(Side::kA, kAck);
  second.says(Side::kA, kAck | kPsh, kGet);
  bench.forget_departures();
  const std::uint32_t expected = second.next(Side::kB);
  second.says(Side::kB, kAck | kPsh, kOk);
  ASSERT_EQ(bench.left(Side::kA).size(), 1U);
  EXPECT_EQ(facts_of(bench.left(Side::kA)[0]).flags, kRstAck);
  EXPECT_EQ(facts_of(bench.left(Side::kA)[0]).sequence, expected);
  EXPECT_EQ(bench.counters().tcp_connections.value(), 2U);
  EXPECT_EQ(bench.counters().reset_applied.value(), 2U);
}

}  // namespace
}  // namespace weir::test
