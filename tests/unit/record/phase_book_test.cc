#include "record/phase_book.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

LoggedAsked asked(std::int64_t t_ns, const std::string& phase, double latency_ms, double speed = 0) {
  LoggedAsked asked{t_ns, phase, {}};
  asked.asked.rules["default"].latency_ms = AskedRange{latency_ms, latency_ms};
  asked.asked.rules["default"].latency_mean_ms = latency_ms;
  if (speed > 0) asked.asked.speed = AskedRange{speed, speed};
  return asked;
}

TEST(PhaseBook, KnowsWhatWasAskedForWhen) {
  PhaseBook book;
  book.take(asked(0, "", 5));
  book.take(asked(10 * kSecond, "storm", 100, 1'000));
  book.take(asked(11 * kSecond, "storm", 300, 3'000));
  book.take(asked(14 * kSecond, "", 5));
  book.end(20 * kSecond);
  ASSERT_EQ(book.phases().size(), 2U);
  const PhaseFacts& storm = book.phases()[1];
  EXPECT_EQ(storm.name, "storm");
  EXPECT_EQ(storm.seconds, 4);
  EXPECT_EQ(book.phases()[0].seconds, 16);
  const AskedOverTime& latency = storm.rules[0].latency_ms;
  EXPECT_EQ(latency.min, 100);
  EXPECT_EQ(latency.max, 300);
  EXPECT_EQ(latency.mean(), 250) << "by the time that each was asked for";
  EXPECT_EQ(storm.speed[0].mean(), 2'500);
  EXPECT_EQ(book.end_of_phase_at(12 * kSecond), 14 * kSecond);
  EXPECT_EQ(book.end_of_phase_at(15 * kSecond), std::nullopt);
}

TEST(PhaseBook, FindsThePhaseOfAnInstant) {
  PhaseBook book;
  EXPECT_EQ(book.at(0, "default"), nullptr);
  book.take(asked(0, "", 5));
  book.take(asked(kSecond, "storm", 100));
  ++book.at(kSecond - 1, "default")->resets;
  ++book.at(kSecond, "default")->resets;
  ++book.at(5 * kSecond, "default")->resets;
  EXPECT_EQ(book.phases()[0].rules[0].resets, 1U);
  EXPECT_EQ(book.phases()[1].rules[0].resets, 2U);
}

TEST(PhaseBook, WhatWasCarriedIsSpreadOverThePhasesOfItsSpan) {
  PhaseBook book;
  book.take(asked(0, "", 5));
  book.take(asked(kSecond, "storm", 100));
  book.take(LoggedCarried{kSecond / 2, 2 * kSecond, 300, 600, {30, std::nullopt}});
  EXPECT_DOUBLE_EQ(book.phases()[0].bytes[0], 100);
  EXPECT_DOUBLE_EQ(book.phases()[1].bytes[0], 200);
  EXPECT_DOUBLE_EQ(book.phases()[1].bytes[1], 400);
  EXPECT_DOUBLE_EQ(book.phases()[1].bytes[2], 20);
  EXPECT_EQ(book.phases()[1].busy_seconds, 1);
  book.take(LoggedCarried{3 * kSecond, 3 * kSecond, 7, 0, {}});
  EXPECT_DOUBLE_EQ(book.phases()[1].bytes[0], 207) << "of one instant";
}

TEST(PhaseBook, IsBounded) {
  PhaseBook book;
  for (std::int64_t i = 0; i < 100; ++i) book.take(asked(i * kSecond, "phase " + std::to_string(i), 5));
  book.end(100 * kSecond);
  ASSERT_EQ(book.phases().size(), PhaseBook::kMostPhases + 1);
  EXPECT_EQ(book.phases().back().name, "(further phases)");
  EXPECT_EQ(book.phases().back().seconds, 100 - PhaseBook::kMostPhases);
  for (int i = 0; i < 1'000; ++i) (void)book.at(0, "rule " + std::to_string(i));
  EXPECT_LE(book.phases()[0].rules.size(), PhaseBook::kMostRules + 1);
}

}  // namespace
}  // namespace weir
