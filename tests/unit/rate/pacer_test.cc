// A rate as instants: each packet behind the one before it, without credit and without drift.
#include "rate/pacer.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr Duration kLong = seconds(3'600);

TEST(Pacer, EachPacketGoesWhenTheOneBeforeItIsThrough) {
  Pacer pacer;
  const ByteRate rate{1'000'000};
  EXPECT_EQ(pacer.reserve(1'500, rate, kLong, Instant(0)), Instant(0));
  EXPECT_EQ(pacer.reserve(500, rate, kLong, Instant(0)), Instant(1'500'000));
  EXPECT_EQ(pacer.reserve(1, rate, kLong, Instant(0)), Instant(2'000'000));
}

TEST(Pacer, AnIdleTimeIsNotSavedUp) {
  Pacer pacer;
  const ByteRate rate{1'000'000};
  EXPECT_EQ(pacer.reserve(1'000, rate, kLong, Instant(0)), Instant(0));
  EXPECT_EQ(pacer.reserve(1'000, rate, kLong, Instant(0) + seconds(5)), Instant(0) + seconds(5));
  EXPECT_EQ(pacer.reserve(1'000, rate, kLong, Instant(0) + seconds(5)), Instant(0) + seconds(5) + milliseconds(1));
}

TEST(Pacer, RoundingIsNeverAboveTheRateAndBelowItByAMillionthAtMost) {
  Pacer pacer;
  const ByteRate rate{3'000'000};  // a byte is 333.3 ns
  for (int i = 0; i < 3'000'000; ++i) static_cast<void>(pacer.reserve(1, rate, kLong, Instant(0)));
  const Instant end = *pacer.reserve(1, rate, kLong, Instant(0));
  EXPECT_GE(end, Instant(0) + seconds(1));
  EXPECT_LE(end, Instant(0) + seconds(1) + microseconds(3));
}

TEST(Pacer, WhoWouldWaitForTooLongTakesNoTurn) {
  Pacer pacer;
  const ByteRate rate{1'000};
  EXPECT_TRUE(pacer.reserve(100, rate, milliseconds(100), Instant(0)));
  EXPECT_TRUE(pacer.reserve(100, rate, milliseconds(100), Instant(0)));
  EXPECT_FALSE(pacer.reserve(100, rate, milliseconds(100), Instant(0)));
  EXPECT_EQ(pacer.reserve(100, rate, milliseconds(200), Instant(0)), Instant(0) + milliseconds(200));
}

TEST(Pacer, ARateMayChangeAtAnyMoment) {
  SharedPacer pacer;
  EXPECT_EQ(pacer.reserve(1'000, ByteRate{1'000'000}, kLong, Instant(0)), Instant(0));
  EXPECT_EQ(pacer.reserve(1'000, ByteRate{500'000}, kLong, Instant(0)), Instant(1'000'000));
  EXPECT_EQ(pacer.reserve(1'000, ByteRate{500'000}, kLong, Instant(0)), Instant(3'000'000));
}

}  // namespace
}  // namespace weir
