#include "profile/asked_book.h"

#include <gtest/gtest.h>

#include "profile/conductor.h"

namespace weir {
namespace {

TEST(AskedBook, GivesOnceAndForgetsWhatWasPassedOver) {
  AskedBook book;
  EXPECT_EQ(book.add({"a", {}}), 1U);
  EXPECT_EQ(book.add({"b", {}}), 2U);
  EXPECT_EQ(book.add({"c", {}}), 3U);
  EXPECT_EQ(book.take(2)->phase, "b");
  EXPECT_EQ(book.take(1), std::nullopt);
  EXPECT_EQ(book.take(2), std::nullopt);
  EXPECT_EQ(book.size(), 1U);
  EXPECT_EQ(book.add({"d", {}}), 4U);
  EXPECT_EQ(book.take(4)->phase, "d");
  EXPECT_EQ(book.size(), 0U);
}

TEST(AskedBook, AConductorTellsOfPhasesAlwaysAndOfStepsNoMoreOftenThanEach100Milliseconds) {
  const Profile profile = parse_profile(
      "[timeline]\nstep = \"30ms\"\n[[phase]]\nname = \"a\"\nfor = \"150ms\"\nimpair.latency = { from = 0, to = 150 }\n"
      "[[phase]]\nname = \"b\"\nfor = \"10ms\"\n",
      "p.toml");
  Conductor silent(profile);
  EXPECT_EQ(silent.asked(), nullptr);
  Conductor conductor(profile, true);
  std::string told;
  for (std::uint32_t number = 1; const auto entry = conductor.asked()->take(number); ++number) {
    const auto latency = entry->rules.latency ? entry->rules.latency->hold.min.nanoseconds() / 1'000'000 : -1;
    told += entry->phase + " " + std::to_string(latency) + ", ";
  }
  EXPECT_EQ(told, " -1, a 0, a 120, b -1,  -1, ");
}

}  // namespace
}  // namespace weir
