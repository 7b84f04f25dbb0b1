#include "record/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace weir {
namespace {

TEST(Sample, OfNothingIsNothing) {
  const Sample none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(none.least(), 0U);
  EXPECT_EQ(none.largest(), 0U);
  EXPECT_EQ(none.mean(), 0);
  EXPECT_EQ(none.percentile(500), 0U);
  EXPECT_TRUE(none.steps(10).empty());
}

TEST(Sample, IsExactWhileItKeepsWhatItGot) {
  Sample sample;
  for (const std::uint64_t value : {900U, 100U, 300U, 300U}) sample.add(value);
  EXPECT_TRUE(sample.is_exact());
  EXPECT_EQ(sample.least(), 100U);
  EXPECT_EQ(sample.largest(), 900U);
  EXPECT_EQ(sample.mean(), 400);
  EXPECT_EQ(sample.percentile(250), 100U);
  EXPECT_EQ(sample.percentile(251), 300U);
  EXPECT_EQ(sample.percentile(750), 300U);
  EXPECT_EQ(sample.percentile(751), 900U);
  const std::vector<Sample::Step> steps = sample.steps(10);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[1].value, 300U);
  EXPECT_EQ(steps[1].count, 3U);
}

TEST(Sample, BeyondThatNeverFlattersAndOverstatesByOnePartIn32) {
  Sample sample;
  std::vector<std::uint64_t> values;
  std::uint64_t value = 1;
  for (std::size_t i = 0; i < 2 * Sample::kKept; ++i) {
    value = value * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    values.push_back(value >> 34U);
    sample.add(values.back());
  }
  std::ranges::sort(values);
  EXPECT_FALSE(sample.is_exact());
  EXPECT_EQ(sample.least(), values.front());
  EXPECT_EQ(sample.largest(), values.back());
  for (const std::uint32_t per_mille : {1U, 500U, 990U, 999U, 1'000U}) {
    const std::uint64_t exact = values[(values.size() * per_mille + 999) / 1'000 - 1];
    EXPECT_GE(sample.percentile(per_mille), exact) << per_mille;
    EXPECT_LE(sample.percentile(per_mille), exact + exact / 32) << per_mille;
  }
}

TEST(Sample, TheValueThatNoLongerFitsIsCountedAsWell) {
  Sample sample;
  for (std::size_t i = 0; i <= Sample::kKept; ++i) sample.add(7);
  EXPECT_FALSE(sample.is_exact());
  ASSERT_EQ(sample.steps(5).size(), 1U);
  EXPECT_EQ(sample.steps(5)[0].value, 7U);
  EXPECT_EQ(sample.steps(5)[0].count, Sample::kKept + 1);
}

TEST(Sample, FewerStepsKeepTheFirstAndTheLast) {
  Sample sample;
  for (std::uint64_t value = 1; value <= 1'000; ++value) sample.add(value);
  const std::vector<Sample::Step> steps = sample.steps(4);
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps.front().value, 1U);
  EXPECT_EQ(steps[1].value, 334U);
  EXPECT_EQ(steps[1].count, 334U);
  EXPECT_EQ(steps.back().value, 1'000U);
}

}  // namespace
}  // namespace weir
