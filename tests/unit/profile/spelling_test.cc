#include "profile/spelling.h"

#include <gtest/gtest.h>

#include <array>

#include "profile/errors.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 5> kWords = {"--latency", "--latency-min", "--log", "--log-all", "ms"};

TEST(Spelling, FindsOneEdit) {
  EXPECT_EQ(nearest_spelling("--latancy", kWords), "--latency");
  EXPECT_EQ(nearest_spelling("--latenc", kWords), "--latency");
  EXPECT_EQ(nearest_spelling("--llatency", kWords), "--latency");
}

TEST(Spelling, ASwapOfNeighboursIsOneEdit) {
  EXPECT_EQ(nearest_spelling("sm", kWords), "ms");
}

TEST(Spelling, CaseDoesNotCount) {
  EXPECT_EQ(nearest_spelling("MS", kWords), "ms");
}

TEST(Spelling, TheNearestOfSeveralWins) {
  EXPECT_EQ(nearest_spelling("--latency-mim", kWords), "--latency-min");
}

TEST(Spelling, TheBeginningOfAWordIsTheSecondChoice) {
  EXPECT_EQ(nearest_spelling("--la", kWords), "--latency");
  EXPECT_EQ(nearest_spelling("--lo", kWords), "--log");
}

TEST(Spelling, NothingNearIsNothing) {
  EXPECT_EQ(nearest_spelling("--bandwidth", kWords), std::nullopt);
  EXPECT_EQ(nearest_spelling("h", kWords), std::nullopt) << "a whole word is never exchanged";
  EXPECT_EQ(nearest_spelling("", kWords), std::nullopt);
  EXPECT_EQ(did_you_mean("--bandwidth", kWords), "");
}

TEST(Spelling, Hint) {
  EXPECT_EQ(did_you_mean("--latancy", kWords), " (did you mean --latency?)");
}

TEST(Errors, AreOneLineWhateverWasTyped) {
  EXPECT_STREQ(UsageError("a\nb\x1b[31m\x7f").what(), "a?b?[31m?");
  EXPECT_STREQ(RunError("länger").what(), "länger");
}

}  // namespace
}  // namespace weir
