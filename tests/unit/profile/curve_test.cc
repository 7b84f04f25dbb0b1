// Numbers that change: what a curve's value is at an instant, in the unit that it was written with, and what is said of
// those that can't be meant.
#include "profile/curve.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "profile/errors.h"
#include "profile/toml_reader.h"
#include "profile/units.h"
#include "support/message_of.h"

namespace weir {
namespace {

constexpr std::array kKeysOfEachKind = {
    Key{"curve", Key::Kind::kTime, "a time"},
    Key{"bytes", Key::Kind::kBytes, "a size or a rate"},
    Key{"share", Key::Kind::kShare, "a probability"},
    Key{"count", Key::Kind::kWhole, "a number of something", "a whole number"},
    Key{"word", Key::Kind::kWord, "one of some", {}, {}},
};
const Keys kTestKeys{"test", "[test]", kKeysOfEachKind};

std::string value_at(const std::string& text, const CurveTime& time) {
  Problems problems;
  const std::uint32_t source = problems.add_source("p.toml", text + "\n");
  const std::optional<Node> tree = read_toml(text, source, problems);
  const Node values = with_values(*tree, kTestKeys, time, problems);
  problems.require_none();
  return values.entries.front().value.text;
}

/// `curve = ...`, a time, after a while, of a phase of 10 s.
std::string value_of(const std::string& curve, Duration into, std::uint64_t turn = 0, std::uint64_t draw_key = 1) {
  return value_at("curve = " + curve, {.into = into, .length = seconds(10), .draw_key = draw_key, .turn = turn});
}

/// The same of any kind of number: `bytes = ...`.
std::string in_kind(const std::string& text, Duration into) {
  return value_at(text, {.into = into, .length = seconds(10)});
}

std::string refusal(const std::string& curve) {
  return message_of<ProfileError>([&curve] { (void)value_of(curve, Duration()); });
}

TEST(Curve, ARampIsStraight) {
  const std::string ramp = R"({ from = "20ms", to = "220ms" })";
  EXPECT_EQ(value_of(ramp, Duration()), "20ms");
  EXPECT_EQ(value_of(ramp, milliseconds(2'500)), "70ms");
  EXPECT_EQ(value_of(ramp, seconds(10)), "220ms");
  EXPECT_EQ(value_of(R"({ from = "220ms", to = "20ms" })", seconds(1)), "200ms");
}

TEST(Curve, IsWrittenInItsKindOfNumber) {
  EXPECT_EQ(in_kind(R"(bytes = { from = "1MB/s", to = "3MB/s" })", seconds(5)), "2000000");
  EXPECT_EQ(in_kind(R"(bytes = { from = "8Mbit", to = "16Mbit" })", seconds(5)), "1500000");
  EXPECT_EQ(in_kind(R"(share = { from = "0%", to = "5%" })", seconds(5)), "2.5%");
  EXPECT_EQ(value_of(R"({ from = "20..40ms", to = "100ms..200ms" })", seconds(5)), "60ms..120ms");
  EXPECT_EQ(value_of(R"({ from = "100ms +- 10ms", to = "100ms +- 30ms" })", seconds(5)), "100ms +- 20ms");
}

TEST(Curve, ABareNumberIsWhatItIsBehindItsKey) {
  EXPECT_EQ(in_kind("curve = { from = 20, to = 30 }", seconds(5)), "25ms");
  EXPECT_EQ(in_kind("bytes = { from = 20, to = 30 }", seconds(5)), "25");
  EXPECT_EQ(in_kind("share = { from = 0.0, to = 0.5 }", seconds(5)), "25%");
  EXPECT_EQ(in_kind(R"(curve = { from = 20, to = "1s" })", seconds(5)), "510ms") << "both are times";
  EXPECT_EQ(in_kind(R"(bytes = { walk = "1kB/s..2kB/s", by = 10 })", Duration()), "1500");
  EXPECT_EQ(in_kind("curve = { from = '100 +- 10', to = '100 +- 30' }", seconds(5)), "100ms +- 20ms");
}

TEST(Curve, IsRoundedToWhatItCounts) {
  EXPECT_EQ(in_kind("curve = { from = 0, to = 1 }", Duration(3'333'330'000)), "0.333333ms");
  EXPECT_EQ(in_kind("curve = { from = 20, to = 21 }", Duration(142'857'143)), "20.014286ms");
  EXPECT_EQ(in_kind("bytes = { from = 4000000, to = 100000 }", Duration(142'857'143)), "3944286");
  EXPECT_EQ(in_kind("bytes = { sine = '1..10', period = '8s' }", seconds(1)), "9");
  for (const Duration into : {seconds(1), seconds(2), seconds(3)}) {
    const std::string share = in_kind("share = { sine = '0..0.0001', period = '7s' }", into);
    EXPECT_NO_THROW((void)parse_probability("share", share)) << share;
  }
}

TEST(Curve, HasABoundEitherWay) {
  const auto bounds = [](const std::string& curve) {
    const auto at = [&curve](CurveBound bound) {
      return value_at("curve = " + curve, {.into = Duration(), .length = seconds(10), .bound = bound});
    };
    return at(CurveBound::kLowest) + " " + at(CurveBound::kHighest);
  };
  EXPECT_EQ(bounds(R"({ from = "200ms", to = "20ms" })"), "20ms 200ms");
  EXPECT_EQ(bounds(R"({ from = "20ms", to = "200ms" })"), "20ms 200ms");
  EXPECT_EQ(bounds(R"({ sine = "20ms..200ms", period = "3s" })"), "20ms 200ms");
  EXPECT_EQ(bounds(R"({ walk = "20ms..200ms", by = "3ms" })"), "20ms 200ms");
  EXPECT_EQ(bounds(R"({ from = "100ms +- 10ms", to = "500ms +- 10ms" })"), "100ms +- 10ms 500ms +- 10ms");
}

TEST(Curve, WhatHasNoValuesInBetweenIsNone) {
  const auto refused = [](const std::string& text) {
    return message_of<ProfileError>([&text] { (void)in_kind(text, Duration()); });
  };
  EXPECT_EQ(refused("count = { from = 1, to = 4 }"),
            "p.toml:1:9: count: it has no values in between, so it can't be a curve\n"
            "count = { from = 1, to = 4 }\n        ^ expected a whole number");
  EXPECT_EQ(refused("word = { sine = '1..2', period = '1s' }"),
            "p.toml:1:8: word: it has no values in between, so it can't be a curve\n"
            "word = { sine = '1..2', period = '1s' }\n       ^");
  EXPECT_EQ(refused("curve = { from = '10 packets', to = '20ms' }"),
            "p.toml:1:18: from: \"10 packets\" counts packets: no curve goes through whole numbers\n"
            "curve = { from = '10 packets', to = '20ms' }\n"
            "                 ^ expected a value: \"20ms\", \"1MB/s\", \"5%\"");
}

TEST(Curve, ASineGoesUpFromTheMiddle) {
  const std::string sine = R"({ sine = "20ms..220ms", period = "8s" })";
  EXPECT_EQ(value_of(sine, Duration()), "120ms");
  EXPECT_EQ(value_of(sine, seconds(2)), "220ms");
  EXPECT_EQ(value_of(sine, seconds(4)), "120ms");
  EXPECT_EQ(value_of(sine, seconds(6)), "20ms");
  EXPECT_EQ(value_of(sine, seconds(10)), "220ms");
}

TEST(Curve, AWalkStaysInItsRangeAndStepsNoFurtherThanBy) {
  const std::string walk = R"({ walk = "20ms..60ms", by = "15ms", step = "100ms" })";
  EXPECT_EQ(value_of(walk, Duration()), "40ms");
  std::set<std::string> values;
  double before = 40;
  for (std::int64_t i = 1; i < 100; ++i) {
    const std::string text = value_of(walk, milliseconds(100 * i));
    const double value = std::stod(text);
    EXPECT_TRUE(20 <= value && value <= 60) << text;
    EXPECT_LE(std::abs(value - before), 15.000001) << text;
    values.insert(text);
    before = value;
  }
  EXPECT_GT(values.size(), 90U);
}

TEST(Curve, AWalkIsTheSeedsAndItsTurns) {
  const std::string walk = R"({ walk = "0ms..1s", by = "100ms" })";
  EXPECT_EQ(value_of(walk, seconds(9)), value_of(walk, seconds(9)));
  EXPECT_EQ(value_of(walk, seconds(9)), value_of(walk, milliseconds(9'999)))
      << "a step is a second unless told otherwise";
  EXPECT_NE(value_of(walk, seconds(9)), value_of(walk, seconds(9), 1));
  EXPECT_NE(value_of(walk, seconds(9)), value_of(walk, seconds(9), 0, 2));
}

TEST(Curve, SaysWhatIsWrong) {
  EXPECT_EQ(refusal(R"({ from = "20ms" })"),
            "p.toml:1:9: a curve needs to: where does it end?\ncurve = { from = \"20ms\" }\n        ^");
  EXPECT_EQ(refusal(R"({ from = "20ms", to = "5%" })"),
            "p.toml:1:31: from and to are not the same kind of number, so there is nothing between them\n"
            "curve = { from = \"20ms\", to = \"5%\" }\n                              ^");
  EXPECT_EQ(refusal(R"({ sine = "20ms", period = "1s" })"),
            "p.toml:1:18: sine goes between two numbers: \"20ms..200ms\"\n"
            "curve = { sine = \"20ms\", period = \"1s\" }\n                 ^");
  EXPECT_EQ(refusal(R"({ walk = "20ms..30ms", by = "1%" })"),
            "p.toml:1:37: by is one number, of the same kind as the range of the walk\n"
            "curve = { walk = \"20ms..30ms\", by = \"1%\" }\n                                    ^");
  EXPECT_EQ(refusal(R"({ walk = "20ms..30ms", by = "1ms", stp = 1 })"),
            "p.toml:1:44: unknown key stp in a curve (did you mean step?)\n"
            "curve = { walk = \"20ms..30ms\", by = \"1ms\", stp = 1 }\n"
            "                                           ^");
}

}  // namespace
}  // namespace weir
