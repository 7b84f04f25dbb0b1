// Who goes when the table is full: the flow that ended longest ago, else the one idle longest; never one that holds.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "base/draw.h"
#include "flow/flow_table.h"
#include "flow/lane.h"

namespace weir {
namespace {

constexpr std::uint32_t kNever = UINT32_MAX;  // as idle_since: everybody is idle

FlowKey key_of(std::uint32_t number) {
  FlowKey key;
  key.port_a = static_cast<std::uint16_t>(number);
  key.vlan_and_link = number >> 16U;
  return key;
}

class Victim : public testing::Test {
 protected:
  void build(std::uint32_t flows) {
    lines_.resize(FlowTable::bytes_for(flows) / sizeof(Line));
    table_.emplace(std::as_writable_bytes(std::span(lines_)), flows);
  }
  Flow* insert(std::uint32_t seen_at) {
    const FlowKey key = key_of(next_++);
    return table_->insert(key, hash_of(key), seen_at);
  }
  /// Tells the table, as the engine does when a connection has ended.
  void end(Flow& flow, Phase phase = Phase::kClosed) {
    flow.phase = phase;
    table_->refresh(flow);
  }
  void hold(Flow& flow, std::size_t side) { append(flow.lanes[side], packet_); }
  static void let_go(Flow& flow, std::size_t side) { take_head(flow.lanes[side]); }

  struct alignas(64) Line {
    std::array<unsigned char, 64> bytes{};
  };
  std::vector<Line> lines_;
  std::optional<FlowTable> table_;
  Packet packet_;
  std::uint32_t next_ = 0;
};

TEST_F(Victim, NobodyIsOneOfAnEmptyTable) {
  build(4);
  EXPECT_EQ(table_->victim(kNever), nullptr);
}

TEST_F(Victim, TheOldestThatEndedGoesBeforeAnyThatLives) {
  build(4);
  insert(1);
  Flow* closed = insert(3);
  Flow* reset = insert(2);
  insert(1);
  end(*closed);
  end(*reset, Phase::kCut);
  for (Flow* expected : {reset, closed}) {
    ASSERT_EQ(table_->victim(0), expected);
    table_->erase(expected);
  }
  EXPECT_EQ(table_->victim(0), nullptr);
}

TEST_F(Victim, WithoutThoseTheLongestIdleGoes) {
  build(3);
  Flow* first = insert(5);
  Flow* second = insert(6);
  Flow* third = insert(7);
  first->last_seen = 9;  // a frame came
  EXPECT_EQ(table_->victim(kNever), second);
  second->last_seen = 8;
  EXPECT_EQ(table_->victim(kNever), third);
  EXPECT_EQ(table_->victim(kNever), third);  // asking changes nothing
}

TEST_F(Victim, WhoWasSeenSinceIsNotIdle) {
  build(1);
  insert(5);
  EXPECT_EQ(table_->victim(5), nullptr);
  EXPECT_NE(table_->victim(6), nullptr);
}

TEST_F(Victim, WhoHoldsPacketsStays) {
  build(3);
  Flow* up = insert(1);
  Flow* down = insert(1);
  Flow* idle = insert(2);
  end(*down);
  hold(*up, 0);
  hold(*down, 1);
  EXPECT_EQ(table_->victim(kNever), idle);
  table_->erase(idle);
  EXPECT_EQ(table_->victim(kNever), nullptr);
  let_go(*down, 1);
  EXPECT_EQ(table_->victim(kNever), down);
  let_go(*up, 0);
  table_->erase(down);
  EXPECT_EQ(table_->victim(kNever), up);
}

TEST_F(Victim, AnEndThatNobodyToldOfIsFoundWhenItsAgeComesUp) {
  build(2);
  Flow* ended = insert(1);
  insert(2);
  ended->last_seen = 9;
  ended->phase = Phase::kClosed;
  EXPECT_EQ(table_->victim(0), ended);
}

TEST_F(Victim, AReusedPortMakesAFlowLiveAgain) {
  build(2);
  Flow* reused = insert(1);
  Flow* idle = insert(2);
  end(*reused);
  reused->phase = Phase::kOpen;
  reused->last_seen = 3;
  EXPECT_EQ(table_->victim(kNever), idle);
}

TEST_F(Victim, MakesRoomForOneMore) {
  build(100);
  for (std::uint32_t n = 0; n < 100; ++n) insert(n);
  for (std::uint32_t n = 100; n < 5000; ++n) {
    ASSERT_EQ(insert(n), nullptr);
    Flow* victim = table_->victim(n);
    ASSERT_NE(victim, nullptr);
    ASSERT_EQ(victim->last_seen, n - 100);
    table_->erase(victim);
    ASSERT_NE(insert(n), nullptr);
  }
}

TEST_F(Victim, LooksAtFewAtATimeAndCatchesUp) {
  // All but the last were seen again, and nobody told: each call looks at 32 of them and takes the oldest it met.
  constexpr std::uint32_t kFlows = 1000;
  build(kFlows);
  std::vector<Flow*> flows;
  for (std::uint32_t n = 0; n < kFlows; ++n) flows.push_back(insert(1));
  for (std::uint32_t n = 0; n + 1 < kFlows; ++n) flows[n]->last_seen = 5000 - n;
  std::uint32_t calls = 0;
  for (Flow* victim = nullptr; victim != flows.back(); ++calls) {
    victim = table_->victim(kNever);
    ASSERT_NE(victim, nullptr);
    const std::uint32_t met = std::min((calls + 1) * FlowTable::kMostLooks, kFlows) - 1;
    ASSERT_EQ(victim, flows[met]);
  }
  EXPECT_EQ(calls, kFlows / FlowTable::kMostLooks + 1);
}

TEST_F(Victim, WhereAllHoldNobodyGoesHoweverMany) {
  build(500);
  for (std::uint32_t n = 0; n < 500; ++n) hold(*insert(n), n % 2);  // one packet in all lanes: it is only looked for
  for (int call = 0; call < 40; ++call) ASSERT_EQ(table_->victim(kNever), nullptr);
}

/// Random lives of a small table's flows; every step asks for a victim.
class VictimOracle : public Victim {
 protected:
  static constexpr std::uint32_t kFlows = 30;  // fewer than it looks at, so that its answer is exact

  template <typename Check>
  void play(bool with_holding, Check check) {
    build(kFlows);
    for (std::uint64_t step = 0; step < 30'000; ++step) {
      const std::uint64_t bits = draw_bits(31, with_holding ? 1 : 0, step);
      if (bits % 5 == 0) now_ += static_cast<std::uint32_t>(bits >> 8U) % 4;
      Flow* flow = table_->at(static_cast<std::uint32_t>(bits >> 16U) % kFlows);
      if (flow != nullptr) {
        live(*flow, bits >> 32U, with_holding);
      } else if (bits >> 63U) {
        insert(now_);
      }
      check();
      if (HasFatalFailure()) return;
    }
  }

  void live(Flow& flow, std::uint64_t bits, bool with_holding) {
    const auto what = bits % 16;
    if (what < 8) flow.last_seen = now_;
    if (what == 8) end(flow, bits & 256U ? Phase::kClosed : Phase::kCut);
    if (what == 9) table_->refresh(flow);
    if (what == 10 && flow.quiet()) leave(flow);
    if (what == 11) revive(flow);
    if (what > 11 && with_holding) turn_holding(flow, bits >> 20U & 1U);
  }
  void leave(Flow& flow) {
    ever_held_.erase(&flow);
    table_->erase(&flow);
  }
  void revive(Flow& flow) {
    flow.phase = Phase::kOpen;
    flow.last_seen = now_;
    table_->refresh(flow);
  }
  void turn_holding(Flow& flow, std::size_t side) {
    if (flow.quiet()) {
      hold(flow, side);
      ever_held_.insert(&flow);
    } else {
      let_go(flow, flow.lanes[0].empty() ? 1 : 0);
    }
  }

  /// The least last_seen of the quiet flows of a kind; of those that never held, or of all.
  [[nodiscard]] std::optional<std::uint32_t> oldest(bool ended, bool even_if_held) {
    std::optional<std::uint32_t> least;
    for (std::uint32_t slot = 0; slot < kFlows; ++slot) {
      const Flow* flow = table_->at(slot);
      if (flow == nullptr || !flow->quiet() || (flow->phase != Phase::kOpen) != ended) continue;
      if (!even_if_held && ever_held_.contains(flow)) continue;
      least = std::min(least.value_or(UINT32_MAX), flow->last_seen);
    }
    return least;
  }

  void expect_the_oldest() {
    const std::uint32_t idle_since = now_ - std::min(now_, 3U);
    const Flow* victim = table_->victim(idle_since);
    const auto ended = oldest(true, true);
    const auto living = oldest(false, true);
    const bool somebody = ended || (living && *living < idle_since);
    ASSERT_EQ(victim != nullptr, somebody);
    if (victim == nullptr) return;
    ASSERT_EQ(victim->phase != Phase::kOpen, ended.has_value());
    ASSERT_EQ(victim->last_seen, ended ? *ended : *living);
  }

  void expect_one_that_may_go() {
    const Flow* victim = table_->victim(kNever);
    const auto ended = oldest(true, true);
    ASSERT_EQ(victim != nullptr, ended || oldest(false, true));
    if (victim == nullptr) return;
    ASSERT_TRUE(victim->quiet());
    ASSERT_EQ(victim->phase != Phase::kOpen, ended.has_value());
    // Who was found holding counts as seen then, so it never goes before its time.
    ASSERT_LE(victim->last_seen, oldest(ended.has_value(), false).value_or(UINT32_MAX));
  }

  std::uint32_t now_ = 0;
  std::set<const Flow*> ever_held_;
};

TEST_F(VictimOracle, IsTheOldestWheneverItIsAsked) {
  play(false, [this] { expect_the_oldest(); });
}

TEST_F(VictimOracle, NeverHoldsAndIsNeverYoungerThanOneThatMightGo) {
  play(true, [this] { expect_one_that_may_go(); });
}

}  // namespace
}  // namespace weir
