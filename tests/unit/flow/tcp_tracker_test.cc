#include "flow/tcp_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <vector>

namespace weir {
namespace {

struct PieceMemory {
  std::vector<std::byte> memory = std::vector<std::byte>(PieceStore::bytes_for(4));
};
class Pieces : PieceMemory, public PieceStore {
 public:
  Pieces() : PieceStore(memory) {}
};

TcpSegment segment(std::uint32_t sequence, std::uint16_t payload, std::uint8_t flags = tcp_flag::kAck) {
  TcpSegment segment;
  segment.sequence = sequence;
  segment.payload_length = payload;
  segment.flags = flags;
  return segment;
}

Flow opened_at(std::uint32_t sequence) {
  Flow flow;
  static_cast<void>(track(flow, segment(sequence, 0, tcp_flag::kSyn), Side::kA));
  return flow;
}

TEST(TcpTracker, InOrderPayloadIsFresh) {
  Flow flow = opened_at(999);
  const Tracked tracked = track(flow, segment(1'000, 500), Side::kA);
  EXPECT_EQ(tracked.arrival, Arrival::kFresh);
  EXPECT_EQ(tracked.fresh_offset, 0);
  EXPECT_EQ(tracked.fresh_length, 500);
  EXPECT_EQ(tracked.missing, 0U);
  EXPECT_EQ(flow.lane(Side::kA).arrived_end, 1'500U);
}

TEST(TcpTracker, ARetransmissionIsOldAndAnOverlapFreshBehindIt) {
  Flow flow = opened_at(999);
  static_cast<void>(track(flow, segment(1'000, 500), Side::kA));
  EXPECT_EQ(track(flow, segment(1'000, 500), Side::kA).arrival, Arrival::kOld);
  EXPECT_EQ(track(flow, segment(1'499, 1), Side::kA).arrival, Arrival::kOld);
  const Tracked overlap = track(flow, segment(1'400, 300), Side::kA);
  EXPECT_EQ(overlap.arrival, Arrival::kFresh);
  EXPECT_EQ(overlap.fresh_offset, 100);
  EXPECT_EQ(overlap.fresh_length, 200);
}

TEST(TcpTracker, AHoleIsAGapAndWhatFillsItLaterIsOld) {
  Flow flow = opened_at(999);
  const Tracked gap = track(flow, segment(2'000, 100), Side::kA);
  EXPECT_EQ(gap.arrival, Arrival::kGap);
  EXPECT_EQ(gap.fresh_length, 100);
  EXPECT_EQ(gap.missing, 1'000U);
  EXPECT_EQ(track(flow, segment(1'000, 1'000), Side::kA).arrival, Arrival::kOld);
}

TEST(TcpTracker, CountsThroughTheWrapOfSequenceNumbers) {
  Flow flow = opened_at(0xffff'fff0U);
  const Tracked across = track(flow, segment(0xffff'fff1U, 100), Side::kA);
  EXPECT_EQ(across.arrival, Arrival::kFresh);
  EXPECT_EQ(flow.lane(Side::kA).arrived_end, 85U);
  EXPECT_EQ(track(flow, segment(0xffff'fff1U, 100), Side::kA).arrival, Arrival::kOld);
}

TEST(TcpTracker, AGapThroughTheWrapSaysHowMuchIsMissing) {
  Flow flow = opened_at(0xffff'fff0U);
  EXPECT_EQ(track(flow, segment(0x10, 1), Side::kA).missing, 0x1fU);
}

TEST(TcpTracker, TellsTheExchangesOfAConnectionThatWasJoinedMidway) {
  constexpr std::string_view kAnything = "anything";
  for (const bool midway : {true, false}) {
    Flow flow = midway ? Flow{} : opened_at(999);
    static_cast<void>(track(flow, segment(1'000, 8), Side::kA));
    flow.exchange_tracker.on_client(std::as_bytes(std::span(kAnything)));
    flow.exchange_tracker.on_client(std::as_bytes(std::span("\x01", 1)));
    EXPECT_EQ(flow.exchange_tracker.protocol(), midway ? Protocol::kUnknown : Protocol::kOther);
  }
}

TEST(TcpTracker, ABareAckIsNothing) {
  Flow flow = opened_at(999);
  EXPECT_EQ(track(flow, segment(1'000, 0), Side::kA).arrival, Arrival::kNothing);
}

TEST(TcpTracker, FinsOfBothSidesOrAResetCloseIt) {
  Flow flow = opened_at(999);
  static_cast<void>(track(flow, segment(1'000, 0, tcp_flag::kFin | tcp_flag::kAck), Side::kA));
  EXPECT_EQ(flow.phase, Phase::kOpen);
  static_cast<void>(track(flow, segment(5'000, 0, tcp_flag::kFin | tcp_flag::kAck), Side::kB));
  EXPECT_EQ(flow.phase, Phase::kClosed);
  Flow cut = opened_at(999);
  static_cast<void>(track(cut, segment(1'000, 0, tcp_flag::kRst), Side::kB));
  EXPECT_EQ(cut.phase, Phase::kClosed);
}

TEST(TcpTracker, TheFirstSynAgainBeginsNothingNew) {
  const Flow flow = opened_at(999);
  EXPECT_FALSE(begins_anew(flow, segment(999, 0, tcp_flag::kSyn), Side::kA));
  EXPECT_TRUE(begins_anew(flow, segment(77'777, 0, tcp_flag::kSyn), Side::kA));
  EXPECT_FALSE(begins_anew(flow, segment(77'777, 0, tcp_flag::kSyn | tcp_flag::kAck), Side::kB));
}

TEST(TcpTracker, ASynAfterTheEndBeginsAnew) {
  Flow flow = opened_at(999);
  flow.phase = Phase::kCut;
  EXPECT_FALSE(begins_anew(flow, segment(999, 0, tcp_flag::kSyn), Side::kA)) << "nobody has told the client";
  EXPECT_TRUE(begins_anew(flow, segment(1'999, 0, tcp_flag::kSyn), Side::kA));
  note_told(flow, Side::kB);
  EXPECT_FALSE(begins_anew(flow, segment(999, 0, tcp_flag::kSyn), Side::kA));
  note_told(flow, Side::kA);
  EXPECT_TRUE(begins_anew(flow, segment(999, 0, tcp_flag::kSyn), Side::kA));
  EXPECT_TRUE(begins_anew(flow, segment(1'999, 0, tcp_flag::kSyn), Side::kA));
}

TEST(TcpTracker, TheFirstSynAgainIsOld) {
  Flow flow = opened_at(999);
  EXPECT_EQ(track(flow, segment(999, 0, tcp_flag::kSyn), Side::kA).arrival, Arrival::kOld);
  EXPECT_EQ(flow.lane(Side::kA).arrived_end, 1'000U);
}

TEST(TcpTracker, TheFirstSynAgainBehindAResetOpensItAgain) {
  Flow flow = opened_at(999);
  TcpSegment answer = segment(70'000, 0, tcp_flag::kAck);
  answer.acknowledgment = 3'000'000'000;  // of an earlier connection
  static_cast<void>(track(flow, answer, Side::kB));
  static_cast<void>(track(flow, segment(3'000'000'000, 0, tcp_flag::kRst), Side::kA));
  ASSERT_EQ(flow.phase, Phase::kClosed);
  EXPECT_EQ(track(flow, segment(999, 0, tcp_flag::kSyn), Side::kA).arrival, Arrival::kFresh);
  EXPECT_EQ(flow.phase, Phase::kOpen);
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 7U) << "the earlier connection's numbers tell nothing";
}

TEST(TcpTracker, RemembersTheNewestTimestampOfEachDirection) {
  Flow flow;
  EXPECT_EQ(newest_timestamp(flow, Side::kA), std::nullopt);
  note_timestamp(flow, Side::kA, 0xffff'fff0U);
  note_timestamp(flow, Side::kA, 5);
  note_timestamp(flow, Side::kA, 0xffff'fffeU);  // a retransmission
  EXPECT_EQ(newest_timestamp(flow, Side::kA), 5U);
  EXPECT_EQ(newest_timestamp(flow, Side::kB), std::nullopt);
}

TEST(TcpTracker, ReleasedEndNeverGoesBack) {
  Pieces store;
  Flow flow;
  note_released(flow, store, Side::kA, 0xffff'fe00U, 0xffff'ff00U);
  note_released(flow, store, Side::kA, 0xffff'ff00U, 100);
  note_released(flow, store, Side::kA, 0, 50);
  EXPECT_EQ(flow.lane(Side::kA).released_end, 100U);
}

TEST(TcpTracker, AReceiverExpectsTheFirstByteThatItWasNotGiven) {
  Pieces store;
  Flow flow;
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 7U);
  note_released(flow, store, Side::kA, 0, 100);
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 100U);
  note_released(flow, store, Side::kA, 500, 600);
  note_released(flow, store, Side::kA, 200, 300);  // 100 to 199 were lost
  note_released(flow, store, Side::kA, 300, 400);
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 100U);
  note_released(flow, store, Side::kA, 100, 150);
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 150U);
  note_released(flow, store, Side::kA, 150, 200);
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 400U);
  note_released(flow, store, Side::kA, 400, 500);
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 600U);
}

TEST(TcpTracker, HolesAreFilledInAnyOrderAndThroughTheWrap) {
  std::array<std::uint32_t, 9> order{0, 1, 2, 3, 4, 5, 6, 7, 8};  // of pieces of 100: at most four of them apart
  std::mt19937 shuffled(1);
  Pieces store;
  for (int round = 0; round < 2'000; ++round) {
    std::ranges::shuffle(order, shuffled);
    Flow flow;
    const std::uint32_t base = 0xffff'fe00U;
    note_released(flow, store, Side::kA, base - 1, base);
    std::array<bool, 9> given{};
    for (const std::uint32_t piece : order) {
      note_released(flow, store, Side::kA, base + piece * 100, base + piece * 100 + 100);
      given[piece] = true;
      const auto missing = static_cast<std::uint32_t>(std::ranges::find(given, false) - given.begin());
      ASSERT_EQ(expected_by_receiver(flow, Side::kA, 7), base + missing * 100) << round;
    }
  }
}

TEST(TcpTracker, OfTooManyPiecesTheFurthestIsForgotten) {
  Pieces store;
  Flow flow;
  note_released(flow, store, Side::kA, 0, 100);
  constexpr std::uint32_t kMost = PieceList::kMost;
  for (std::uint32_t i = 1; i <= kMost + 1; ++i) note_released(flow, store, Side::kA, i * 200, i * 200 + 100);
  for (std::uint32_t i = 0; i <= kMost; ++i) note_released(flow, store, Side::kA, i * 200 + 100, i * 200 + 200);
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), (kMost + 1) * 200) << "the last hole is filled, and no more";
}

TEST(TcpTracker, ListsOfPiecesGoBack) {
  Pieces store;
  Flow flow;
  for (const Side side : {Side::kA, Side::kB}) {
    note_released(flow, store, side, 0, 100);
    note_released(flow, store, side, 200, 300);
  }
  EXPECT_EQ(store.in_use(), 2U);
  note_released(flow, store, Side::kA, 100, 200);
  EXPECT_EQ(store.in_use(), 1U) << "no hole is left";
  forget_pieces(flow, store);
  EXPECT_EQ(store.in_use(), 0U);
}

TEST(TcpTracker, WithoutAListAPieceIsForgotten) {
  PieceStore none({});
  Flow flow;
  note_released(flow, none, Side::kA, 0, 100);
  note_released(flow, none, Side::kA, 200, 300);
  note_released(flow, none, Side::kA, 100, 200);
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 200U);
}

TEST(TcpTracker, WhatAReceiverAcknowledgesItHas) {
  Pieces store;
  Flow flow;
  note_released(flow, store, Side::kA, 0, 100);
  note_released(flow, store, Side::kA, 200, 300);
  note_released(flow, store, Side::kA, 500, 700);  // both holes are filled by what weir did not see
  TcpSegment answer = segment(5'000, 0, tcp_flag::kAck);
  answer.acknowledgment = 701;
  static_cast<void>(track(flow, answer, Side::kB));
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 100U) << "nobody has what was not released";
  flow.lane(Side::kB).has_acked = false;
  answer.acknowledgment = 700;
  static_cast<void>(track(flow, answer, Side::kB));
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 700U);
  answer.acknowledgment = 50;  // an old one changes nothing
  static_cast<void>(track(flow, answer, Side::kB));
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 700U);
  note_released(flow, store, Side::kA, 100, 900);  // retransmitted, and more
  EXPECT_EQ(expected_by_receiver(flow, Side::kA, 7), 900U);
}

}  // namespace
}  // namespace weir
