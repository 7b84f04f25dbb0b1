// The ends of the laws: the least and the greatest draw, ranges of one value, numbers at the limits of 64 bits, and the
// very numbers that a seed means.
#include <gtest/gtest.h>

#include <array>

#include "impair/duration_law.h"
#include "unit/impair/measures.h"

namespace weir {
namespace {

constexpr std::array kShapes = {Shape::kUniform,   Shape::kNormal,      Shape::kPareto, Shape::kParetoNormal,
                                Shape::kLognormal, Shape::kExponential, Shape::kTable};
constexpr Duration kLongest = Duration(INT64_MAX);

std::shared_ptr<const DistributionTable> widest_table() {
  return std::make_shared<const DistributionTable>(DistributionTable{{INT16_MIN, 0, INT16_MAX}});
}
DurationLaw law_of(Shape shape, Duration min, Duration max, Duration mean, Duration deviation) {
  return {min, max, shape, mean, deviation, shape == Shape::kTable ? widest_table() : nullptr};
}

TEST(DurationEnds, ARangeOfOneValueIsThatValue) {
  for (const Shape shape : kShapes) {
    for (const Duration only : {Duration(), milliseconds(7), kLongest}) {
      const DurationLaw law = law_of(shape, only, only, milliseconds(100), milliseconds(10));
      for (const std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{1} << 63U, UINT64_MAX}) {
        EXPECT_EQ(law.draw(bits), only);
      }
    }
  }
}

TEST(DurationEnds, NothingLeavesTheRange) {
  for (const Shape shape : kShapes) {
    const DurationLaw law = law_of(shape, milliseconds(95), milliseconds(105), milliseconds(100), milliseconds(10));
    for (std::uint32_t n = 0; n < 10'000; ++n) {
      const Duration drawn = law.draw(draw_bits(1, 0, n));
      EXPECT_GE(drawn, milliseconds(95));
      EXPECT_LE(drawn, milliseconds(105));
    }
  }
}

TEST(DurationEnds, ALongerDrawBelongsToGreaterBits) {
  for (const Shape shape : kShapes) {
    const DurationLaw law = law_of(shape, {}, seconds(3600), milliseconds(100), milliseconds(10));
    Duration last = law.draw(0);
    for (std::uint64_t i = 1; i <= 4096; ++i) {
      const Duration next = law.draw(i == 4096 ? UINT64_MAX : i << 52U);
      EXPECT_LE(last, next) << static_cast<int>(shape) << " at " << i;
      last = next;
    }
    EXPECT_LT(law.draw(0), law.draw(UINT64_MAX));
  }
}

TEST(DurationEnds, TheLargestNumbersSaturate) {
  for (const Shape shape : kShapes) {
    for (const Duration mean : {Duration(), Duration(1), kLongest}) {
      for (const Duration deviation : {Duration(), Duration(1), kLongest}) {
        const DurationLaw law = law_of(shape, {}, kLongest, mean, deviation);
        for (const std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{1} << 63U, UINT64_MAX}) {
          EXPECT_GE(law.draw(bits), Duration());
        }
        if (deviation == kLongest && (mean == kLongest || shape != Shape::kLognormal)) {
          EXPECT_EQ(law.draw(UINT64_MAX), kLongest) << static_cast<int>(shape);
        }
      }
    }
  }
}

TEST(DurationEnds, WithoutDeviationEveryDrawIsTheMean) {
  for (const Shape shape : kShapes) {
    if (shape == Shape::kUniform || shape == Shape::kExponential) continue;
    const DurationLaw law = law_of(shape, {}, seconds(1), milliseconds(100), {});
    for (std::uint32_t n = 0; n < 100; ++n) EXPECT_EQ(law.draw(draw_bits(1, 0, n)), milliseconds(100));
  }
}

TEST(DurationEnds, ALognormalAroundNothingIsTheLeast) {
  EXPECT_EQ(law_of(Shape::kLognormal, milliseconds(3), seconds(1), {}, milliseconds(5)).draw(UINT64_MAX),
            milliseconds(3));
}

TEST(DurationEnds, ABellFillsItsRange) {
  const DurationLaw normal = bell_in_range(Shape::kNormal, milliseconds(40), milliseconds(100));
  EXPECT_EQ(normal.mean, milliseconds(70));
  EXPECT_EQ(normal.deviation, milliseconds(10));
  const DurationLaw exponential = bell_in_range(Shape::kExponential, milliseconds(40), milliseconds(100));
  EXPECT_EQ(exponential.mean, milliseconds(50));
  EXPECT_EQ(exponential.deviation, milliseconds(10));
  EXPECT_EQ(exponential.draw(0), milliseconds(40));
  EXPECT_EQ(exponential.draw(UINT64_MAX), milliseconds(100));
  EXPECT_EQ(bell_in_range(Shape::kNormal, {}, kLongest).mean, Duration(INT64_MAX / 2));
  EXPECT_EQ(bell_in_range(Shape::kNormal, Duration(5), Duration(5)).draw(9), Duration(5));
  const DurationLaw uniform = bell_in_range(Shape::kUniform, milliseconds(40), milliseconds(100));
  EXPECT_EQ(uniform.draw(std::uint64_t{1} << 63U), milliseconds(70));
}

// A seed means these numbers, on every machine and for ever: whoever changes one changes what recorded runs replay.
TEST(DurationEnds, WhatASeedMeansStays) {
  constexpr std::uint64_t kBits = 0xD1B54A32D192ED03U;  // u = 0.8191...
  constexpr std::array kExpected = {std::int64_t{819'172'514}, std::int64_t{109'122'161}, std::int64_t{103'099'123},
                                    std::int64_t{104'910'545}, std::int64_t{108'982'771}, std::int64_t{107'102'118},
                                    std::int64_t{125'533'022}};
  for (std::size_t i = 0; i < kShapes.size(); ++i) {
    const DurationLaw law = law_of(kShapes[i], {}, seconds(1), milliseconds(100), milliseconds(10));
    EXPECT_EQ(law.draw(kBits).nanoseconds(), kExpected[i]) << i;
  }
}

// Of 100 000 draws, to the last nanosecond: compilers, optimization and a CPU with FMA must not change one.
TEST(DurationEnds, WhatASeedMeansIsTheSameOnEveryMachine) {
  constexpr std::array<std::uint64_t, 7> kExpected = {
      15492076626468355380U, 16180515411252494697U, 15031233529557934232U, 2469233809917145378U,
      14549513308667814472U, 4626571644428832171U,  14290217745738298569U};
  for (std::size_t i = 0; i < kShapes.size(); ++i) {
    const DurationLaw law = law_of(kShapes[i], {}, seconds(100'000), seconds(10'000), seconds(1'000));
    std::uint64_t hash = 0;
    for (std::uint32_t n = 0; n < 100'000; ++n) {
      hash = hash * 31 + static_cast<std::uint64_t>(law.draw(draw_bits(1, 0, n)).nanoseconds());
    }
    EXPECT_EQ(hash, kExpected[i]) << i;
  }
}

}  // namespace
}  // namespace weir
