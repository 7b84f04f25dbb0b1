#include "profile/write_units.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "base/draw.h"
#include "profile/units.h"

namespace weir {
namespace {

TEST(WriteUnits, DurationsInTheUnitThatNeedsFewDigits) {
  EXPECT_EQ(write_duration(Duration()), "0ms");
  EXPECT_EQ(write_duration(nanoseconds(1)), "0.000001ms");
  EXPECT_EQ(write_duration(microseconds(250)), "250us");
  EXPECT_EQ(write_duration(milliseconds(40)), "40ms");
  EXPECT_EQ(write_duration(microseconds(30'500)), "30.5ms");
  EXPECT_EQ(write_duration(seconds(3600)), "3600s");
  EXPECT_EQ(write_duration(nanoseconds(16'666'667)), "16.666667ms");
}

TEST(WriteUnits, Rates) {
  EXPECT_EQ(write_rate(ByteRate{2'000'000}), "2MB/s");
  EXPECT_EQ(write_rate(ByteRate{96'000}), "96kB/s");
  EXPECT_EQ(write_rate(ByteRate{6'125}), "6125B/s");
  EXPECT_EQ(write_rate(ByteRate{50'000'000'000}), "50GB/s");
}

TEST(WriteUnits, Sizes) {
  EXPECT_EQ(write_size(0), "0B");
  EXPECT_EQ(write_size(65'536), "64KiB");
  EXPECT_EQ(write_size(10'000), "10kB");
  EXPECT_EQ(write_size(1'001), "1001B");
}

TEST(WriteUnits, SharesAsPercent) {
  EXPECT_EQ(write_percent(0), "0%");
  EXPECT_EQ(write_percent(1), "100%");
  EXPECT_EQ(write_percent(0.4), "40%");
  EXPECT_EQ(write_percent(0.005), "0.5%");
  EXPECT_EQ(write_percent(0.00001), "0.001%");
  EXPECT_EQ(write_percent(0.125), "12.5%");
}

TEST(WriteUnits, WhatIsWrittenReadsBackAsTheSame) {
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = draw_bits(1, 0, i);
    const Duration duration(static_cast<std::int64_t>(bits >> (21 + i % 43)));  // up to two hours
    EXPECT_EQ(parse_duration("x", write_duration(duration)), duration);
    const ByteRate rate{bits >> (10 + i % 54)};
    EXPECT_EQ(parse_byte_rate("x", write_rate(rate)), rate);
    const std::uint64_t size = bits >> (10 + i % 54);
    EXPECT_EQ(parse_byte_size("x", write_size(size)), size);
  }
}

TEST(WriteUnits, EveryShareOfUpTo17DigitsReadsBackAsTheSame) {
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = draw_bits(2, 0, i);
    const double share = parse_probability("x", "0." + std::to_string(bits % 100'000'000'000'000'000));
    EXPECT_EQ(parse_probability("x", write_percent(share)), share);
    EXPECT_EQ(parse_probability("x", write_decimal(share)), share);
  }
}

}  // namespace
}  // namespace weir
