#include "record/decision_order.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "unit/record/record_fixtures.h"

namespace weir {
namespace {

/// Feeds records and notes what comes out as "t", or "t+done", "t!" (abandoned), "t?" (never left).
class DecisionOrderTest : public testing::Test {
 protected:
  DecisionOrder& order(bool everything = false) {
    order_.emplace(2, everything, [this](const Decision& decision) { note(decision); });
    return *order_;
  }

  std::vector<std::string> lines_;

 private:
  void note(const Decision& decision) {
    std::string line = std::to_string(decision.record.at.nanoseconds());
    if (decision.outcome == Outcome::kDone) line.append("+").append(std::to_string(decision.done_at.nanoseconds()));
    if (decision.outcome == Outcome::kAbandoned) line += "!";
    if (decision.outcome == Outcome::kHeld) line += "?";
    lines_.push_back(line);
  }

  std::optional<DecisionOrder> order_;
};

using Lines = std::vector<std::string>;

TEST_F(DecisionOrderTest, WhatIsCompleteGoesOutAtOnce) {
  order().take(0, decided(Event::kOpen, ipv4_key(1), 10));
  EXPECT_EQ(lines_, Lines({"10"}));
}

TEST_F(DecisionOrderTest, AHeldFrameMakesItsConnectionWait) {
  DecisionOrder& log = order();
  log.take(0, held(ipv4_key(1), 1, 10, 100));
  log.take(0, decided(Event::kJitter, ipv4_key(1), 20));
  log.take(0, decided(Event::kOpen, ipv4_key(2), 30));
  EXPECT_EQ(lines_, Lines({"30"})) << "another connection does not wait";
  log.take(0, done(1, 101));
  EXPECT_EQ(lines_, Lines({"30", "10+101", "20"}));
  log.take(0, decided(Event::kClose, ipv4_key(1), 110));
  EXPECT_EQ(lines_, Lines({"30", "10+101", "20", "110"})) << "and then nothing waits any more";
}

TEST_F(DecisionOrderTest, DoneOutOfOrderIsPutInOrder) {
  DecisionOrder& log = order();
  log.take(0, held(ipv4_key(1), 1, 10, 300));
  log.take(0, held(ipv4_key(1), 2, 20, 200));
  log.take(0, held(ipv4_key(1), 3, 30, 400));
  log.take(0, done(2, 201));
  EXPECT_EQ(lines_, Lines());
  log.take(0, done(1, 301));
  EXPECT_EQ(lines_, Lines({"10+301", "20+201"}));
  log.take(0, done(3, 401));
  EXPECT_EQ(lines_, Lines({"10+301", "20+201", "30+401"}));
}

TEST_F(DecisionOrderTest, NumbersCountPerWorker) {
  DecisionOrder& log = order();
  log.take(0, held(ipv4_key(1), 1, 10, 100));
  log.take(1, held(ipv4_key(2), 1, 20, 100));
  log.take(1, done(1, 105));
  EXPECT_EQ(lines_, Lines({"20+105"}));
  log.take(0, done(1, 106));
  EXPECT_EQ(lines_, Lines({"20+105", "10+106"}));
}

TEST_F(DecisionOrderTest, TheNextConnectionOfTheSameEndsDoesNotWait) {
  DecisionOrder& log = order();
  log.take(0, held(ipv4_key(1), 1, 10, 100));
  DecisionRecord next = decided(Event::kOpen, ipv4_key(1), 20);
  next.k = 1;
  log.take(0, next);
  EXPECT_EQ(lines_, Lines({"20"}));
}

TEST_F(DecisionOrderTest, AbandonedEndsTheWaitToo) {
  DecisionOrder& log = order();
  log.take(0, held(ipv4_key(1), 1, 10, 100));
  log.take(0, decided(Event::kReset, ipv4_key(1), 20, 0.1));
  log.take(0, abandoned(1, 20));
  EXPECT_EQ(lines_, Lines({"10!", "20"}));
}

TEST_F(DecisionOrderTest, CloseLetsOutTheRestByTime) {
  DecisionOrder& log = order();
  log.take(0, held(ipv4_key(1), 1, 10, 100));
  log.take(0, decided(Event::kJitter, ipv4_key(1), 40));
  log.take(1, held(ipv4_key(2), 1, 20, 100));
  log.take(1, held(ipv4_key(2), 2, 30, 100));
  log.take(1, done(2, 101));
  log.close();
  EXPECT_EQ(lines_, Lines({"10?", "20?", "30+101", "40"}));
}

TEST_F(DecisionOrderTest, DoneForAnUnknownDecisionIsIgnored) {
  DecisionOrder& log = order();
  log.take(0, done(7, 100));
  log.take(0, abandoned(8, 100));
  log.close();
  EXPECT_EQ(lines_, Lines());
}

TEST_F(DecisionOrderTest, MissesAndSingleFramesOnlyWhenEverythingIsWanted) {
  DecisionRecord miss = decided(Event::kReset, ipv4_key(1), 10, 0.9);
  miss.hit = false;
  const DecisionRecord drop = decided(Event::kDrop, ipv4_key(1), 20);
  const DecisionRecord absorb = decided(Event::kAbsorb, ipv4_key(1), 30);
  const DecisionRecord mark = decided(Event::kMark, ipv4_key(1), 40);
  DecisionOrder& few = order();
  for (const DecisionRecord& record : {miss, drop, absorb, mark}) few.take(0, record);
  EXPECT_EQ(lines_, Lines());
  DecisionOrder& all = order(true);
  for (const DecisionRecord& record : {miss, drop, absorb, mark}) all.take(0, record);
  EXPECT_EQ(lines_, Lines({"10", "20", "30", "40"}));
}

}  // namespace
}  // namespace weir
