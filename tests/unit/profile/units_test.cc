#include "profile/units.h"

#include <gtest/gtest.h>

#include <string>

#include "profile/errors.h"
#include "support/message_of.h"

namespace weir {
namespace {

std::string duration_error(std::string_view text) {
  return message_of<UsageError>([text] { (void)parse_duration("--latency", text); });
}
std::string rate_error(std::string_view text) {
  return message_of<UsageError>([text] { (void)parse_byte_rate("--speed", text); });
}
std::string probability_error(std::string_view text) {
  return message_of<UsageError>([text] { (void)parse_probability("--reset-prob", text); });
}
std::string count_error(std::string_view text) {
  return message_of<UsageError>([text] { (void)parse_count("--workers", text, 1, 32); });
}

TEST(Duration, ABareNumberIsMilliseconds) {
  EXPECT_EQ(parse_duration("--latency", "40"), milliseconds(40));
  EXPECT_EQ(parse_duration("--latency", "0"), milliseconds(0));
  EXPECT_EQ(parse_duration("--latency", "007"), milliseconds(7));
}

TEST(Duration, ABareNumberIsSecondsWhereTheCallerSaysSo) {
  EXPECT_EQ(parse_duration("--duration", "30", seconds(1)), seconds(30));
  EXPECT_EQ(parse_duration("--duration", "30ms", seconds(1)), milliseconds(30));
}

TEST(Duration, Units) {
  EXPECT_EQ(parse_duration("--latency", "250us"), microseconds(250));
  EXPECT_EQ(parse_duration("--latency", "40ms"), milliseconds(40));
  EXPECT_EQ(parse_duration("--latency", "40 ms"), milliseconds(40));
  EXPECT_EQ(parse_duration("--latency", "2s"), seconds(2));
}

TEST(Duration, DecimalsAreExact) {
  EXPECT_EQ(parse_duration("--latency", "0.5"), microseconds(500));
  EXPECT_EQ(parse_duration("--latency", ".5"), microseconds(500));
  EXPECT_EQ(parse_duration("--latency", "1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_duration("--latency", "0.000001"), nanoseconds(1));
  EXPECT_EQ(parse_duration("--latency", "1.123456789s"), nanoseconds(1'123'456'789));
  EXPECT_EQ(parse_duration("--latency", "1.500000000000"), microseconds(1500)) << "zeros at the end say nothing";
}

TEST(Duration, EachFaultHasItsOwnSentence) {
  EXPECT_EQ(duration_error(""), R"(--latency: "" is not a duration: it is empty)");
  EXPECT_EQ(duration_error("-5"), R"(--latency: "-5" is not a duration: it is negative)");
  EXPECT_EQ(duration_error("+5"), R"(--latency: "+5" is not a duration: it does not start with a digit)");
  EXPECT_EQ(duration_error("nan"), R"(--latency: "nan" is not a duration: it does not start with a digit)");
  EXPECT_EQ(duration_error("inf"), R"(--latency: "inf" is not a duration: it does not start with a digit)");
  EXPECT_EQ(duration_error("."), R"(--latency: "." is not a duration: it does not start with a digit)");
  EXPECT_EQ(duration_error("5."), R"(--latency: "5." is not a duration: no digit follows the point)");
  EXPECT_EQ(duration_error("1.2.3"), R"(--latency: "1.2.3" is not a duration: unknown unit ".3" (known: us, ms, s))");
  EXPECT_EQ(duration_error("1e3"),
            R"(--latency: "1e3" is not a duration: exponents are not read, write the number out)");
  EXPECT_EQ(duration_error("1E-3s"),
            R"(--latency: "1E-3s" is not a duration: exponents are not read, write the number out)");
  EXPECT_EQ(duration_error("0.0000001"), R"(--latency: "0.0000001" is not a duration: it is finer than a nanosecond)");
  EXPECT_EQ(duration_error("99999999999s"), R"(--latency: "99999999999s" is not a duration: it is too long)");
  EXPECT_EQ(duration_error("1234567890123456789"),
            R"(--latency: "1234567890123456789" is not a duration: it has more than 18 digits)");
}

TEST(Duration, AnUnknownUnitNamesTheNearestOrAll) {
  EXPECT_EQ(duration_error("100sm"), R"(--latency: "100sm" is not a duration: unknown unit "sm" (did you mean "ms"?))");
  EXPECT_EQ(duration_error("40msx"),
            R"(--latency: "40msx" is not a duration: unknown unit "msx" (did you mean "ms"?))");
  EXPECT_EQ(duration_error("5m"), R"(--latency: "5m" is not a duration: unknown unit "m" (known: us, ms, s))");
  EXPECT_EQ(duration_error("5 "), R"(--latency: "5 " is not a duration: unknown unit " " (known: us, ms, s))");
  EXPECT_EQ(duration_error("1,5"), R"(--latency: "1,5" is not a duration: unknown unit ",5" (known: us, ms, s))");
}

TEST(Duration, TheLongestThatFitsIsRead) {
  EXPECT_EQ(parse_duration("x", "9223372036.8547758s"), Duration(9'223'372'036'854'775'800));
  EXPECT_EQ(duration_error("9223372036.8547759s"),
            R"(--latency: "9223372036.8547759s" is not a duration: it is too long)");
}

TEST(Rate, ABareNumberIsBytesASecond) {
  EXPECT_EQ(parse_byte_rate("--speed", "2000000").bytes_per_second, 2'000'000U);
  EXPECT_EQ(parse_byte_rate("--speed", "0").bytes_per_second, 0U);
}

TEST(Rate, Units) {
  const auto rate = [](std::string_view text) { return parse_byte_rate("--speed", text).bytes_per_second; };
  EXPECT_EQ(rate("2M"), 2'000'000U);
  EXPECT_EQ(rate("2MB/s"), 2'000'000U);
  EXPECT_EQ(rate("2 MB/s"), 2'000'000U);
  EXPECT_EQ(rate("500B/s"), 500U);
  EXPECT_EQ(rate("3k"), 3'000U);
  EXPECT_EQ(rate("3kB/s"), 3'000U);
  EXPECT_EQ(rate("1G"), 1'000'000'000U);
  EXPECT_EQ(rate("1GB/s"), 1'000'000'000U);
  EXPECT_EQ(rate("2Ki"), 2'048U);
  EXPECT_EQ(rate("2KiB/s"), 2'048U);
  EXPECT_EQ(rate("1.5Mi"), 1'572'864U);
  EXPECT_EQ(rate("1GiB/s"), 1'073'741'824U);
  EXPECT_EQ(rate("56kbit"), 7'000U);
  EXPECT_EQ(rate("10Mbit"), 1'250'000U);
  EXPECT_EQ(rate("10Mbit/s"), 1'250'000U);
  EXPECT_EQ(rate("400Gbit"), 50'000'000'000U);
}

TEST(Rate, AFractionOfAByteIsRoundedHalvesUp) {
  const auto rate = [](std::string_view text) { return parse_byte_rate("--speed", text).bytes_per_second; };
  EXPECT_EQ(rate("56.1kbit"), 7'013U) << "7012.5";
  EXPECT_EQ(rate("1.4"), 1U);
  EXPECT_EQ(rate("1.5"), 2U);
  EXPECT_EQ(rate("0.4"), 0U);
}

TEST(Rate, EachFaultHasItsOwnSentence) {
  EXPECT_EQ(rate_error("-5"), R"(--speed: "-5" is not a rate: it is negative)");
  EXPECT_EQ(rate_error("2K"), R"(--speed: "2K" is not a rate: unknown unit "K" (did you mean "k"?))");
  EXPECT_EQ(rate_error("2MB"), R"(--speed: "2MB" is not a rate: unknown unit "MB" (did you mean "M"?))");
  EXPECT_EQ(rate_error("2mbits"), R"(--speed: "2mbits" is not a rate: unknown unit "mbits" (did you mean "Mbit"?))");
  EXPECT_EQ(rate_error("999999999999999999Gi"), R"(--speed: "999999999999999999Gi" is not a rate: it is too large)");
  EXPECT_EQ(rate_error("2ms"), R"(--speed: "2ms" is not a rate: unknown unit "ms" (did you mean "M"?))");
}

TEST(Probability, AShareOrPercent) {
  EXPECT_EQ(parse_probability("--reset-prob", "0"), 0.0);
  EXPECT_EQ(parse_probability("--reset-prob", "1"), 1.0);
  EXPECT_EQ(parse_probability("--reset-prob", "1.0"), 1.0);
  EXPECT_EQ(parse_probability("--reset-prob", "0.4"), 0.4);
  EXPECT_EQ(parse_probability("--reset-prob", "40%"), 0.4);
  EXPECT_EQ(parse_probability("--reset-prob", "0.05 %"), 0.0005);
  EXPECT_EQ(parse_probability("--reset-prob", "100%"), 1.0);
}

TEST(Probability, EachFaultHasItsOwnSentence) {
  EXPECT_EQ(probability_error("1.5"),
            R"(--reset-prob: "1.5" is not a probability: it lies outside 0 to 1 (0 % to 100 %))");
  EXPECT_EQ(probability_error("100.1%"),
            R"(--reset-prob: "100.1%" is not a probability: it lies outside 0 to 1 (0 % to 100 %))");
  EXPECT_EQ(probability_error("-0.1"), R"(--reset-prob: "-0.1" is not a probability: it is negative)");
  EXPECT_EQ(probability_error("0.5x"),
            R"(--reset-prob: "0.5x" is not a probability: "x" stands behind the number (write 0.4 or 40%))");
  EXPECT_EQ(probability_error("nan"), R"(--reset-prob: "nan" is not a probability: it does not start with a digit)");
}

TEST(Count, WithinItsBounds) {
  EXPECT_EQ(parse_count("--workers", "1", 1, 32), 1U);
  EXPECT_EQ(parse_count("--workers", "32", 1, 32), 32U);
  EXPECT_EQ(parse_count("--seed", "18446744073709551615", 0, UINT64_MAX), UINT64_MAX);
}

TEST(Count, AnythingElseIsOneSentence) {
  for (const std::string text : {"0", "33", "-1", "+1", "1.5", "", "two", "1 ", "0x10", "18446744073709551616"}) {
    EXPECT_EQ(count_error(text), "--workers: \"" + text + "\" is not a whole number from 1 to 32");
  }
}

}  // namespace
}  // namespace weir
