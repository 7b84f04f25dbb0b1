#include "profile/ranges.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "support/message_of.h"

namespace weir {
namespace {

std::string lengths_error(std::string_view text) {
  return message_of<UsageError>([text] { (void)parse_lengths("delay", text); });
}

void expect_lengths(std::string_view text, Duration min, Duration max) {
  const Lengths lengths = parse_lengths("delay", text);
  EXPECT_EQ(lengths.min, min) << text;
  EXPECT_EQ(lengths.max, max) << text;
  EXPECT_FALSE(lengths.deviation) << text;
}

TEST(Lengths, OneOrARange) {
  expect_lengths("40ms", milliseconds(40), milliseconds(40));
  expect_lengths("20ms..120ms", milliseconds(20), milliseconds(120));
  expect_lengths("20ms .. 0.12 s", milliseconds(20), milliseconds(120));
  expect_lengths("0.5..1.5", microseconds(500), microseconds(1500));
}

TEST(Lengths, TheFirstNumberHasTheUnitOfTheSecond) {
  expect_lengths("1..2s", seconds(1), seconds(2));
  expect_lengths("20..40us", microseconds(20), microseconds(40));
}

TEST(Lengths, AroundAMean) {
  for (const char* const text : {"100ms +- 20ms", "100ms+-20ms", "100 +- 20", "100 +- 20ms", "100ms ± 20ms"}) {
    const Lengths lengths = parse_lengths("delay", text);
    EXPECT_EQ(lengths.min, milliseconds(100)) << text;
    EXPECT_EQ(lengths.max, milliseconds(100)) << text;
    EXPECT_EQ(lengths.deviation, milliseconds(20)) << text;
  }
}

TEST(Lengths, EachFaultHasItsOwnSentence) {
  EXPECT_EQ(lengths_error("120ms..20ms"), R"(delay: "120ms..20ms" is no range: it ends below its beginning)");
  EXPECT_EQ(lengths_error("20ms.."), R"(delay: "" is not a duration: it is empty)");
  EXPECT_EQ(lengths_error("..20ms"), R"(delay: "" is not a duration: it is empty)");
  EXPECT_EQ(lengths_error("20ms..40sm"), R"(delay: "40sm" is not a duration: unknown unit "sm" (did you mean "ms"?))");
  EXPECT_EQ(lengths_error("1s..3601s"), R"(delay: "3601s" is more than an hour (3600s))");
  EXPECT_EQ(lengths_error("1ms..2ms..3ms"),
            R"(delay: "2ms..3ms" is not a duration: unknown unit "ms..3ms" (known: us, ms, s))");
}

TEST(Speeds, OneOrARange) {
  EXPECT_EQ(parse_speeds("rate", "16Mbit"), (RateRange{ByteRate{2'000'000}, ByteRate{2'000'000}}));
  EXPECT_EQ(parse_speeds("rate", "1..2MB/s"), (RateRange{ByteRate{1'000'000}, ByteRate{2'000'000}}));
  EXPECT_EQ(message_of<UsageError>([] { (void)parse_speeds("rate", "0..2M"); }),
            R"(rate: "0M" would let nothing pass)");
}

TEST(Sizes, OneOrARange) {
  EXPECT_EQ(parse_sizes("after", "10kB..0.5MiB").max, 524'288U);
  EXPECT_EQ(parse_sizes("after", "1000").min, 1'000U);
  EXPECT_EQ(message_of<UsageError>([] { (void)parse_sizes("after", "1.5B"); }),
            R"(after: "1.5B" is not a size: it is finer than a byte)");
  EXPECT_EQ(message_of<UsageError>([] { (void)parse_sizes("after", "10KB"); }),
            R"(after: "10KB" is not a size: unknown unit "KB" (did you mean "kB"?))");
}

TEST(Counts, OneARangeOrFromANumberOn) {
  EXPECT_EQ(parse_counts("exchanges", "3"), (CountRange{3, 3}));
  EXPECT_EQ(parse_counts("exchanges", "0..9"), (CountRange{0, 9}));
  EXPECT_EQ(parse_counts("exchanges", "5.."), (CountRange{5, UINT32_MAX}));
  EXPECT_EQ(message_of<UsageError>([] { (void)parse_counts("exchanges", ".."); }),
            R"(exchanges: "" is not a whole number from 0 to 4294967295)");
}

TEST(Ports, OneOrARange) {
  EXPECT_EQ(parse_ports("server-port", "80"), (PortRange{80, 80}));
  EXPECT_EQ(parse_ports("server-port", "8000..8100"), (PortRange{8000, 8100}));
  EXPECT_EQ(message_of<UsageError>([] { (void)parse_ports("server-port", "80..65536"); }),
            R"(server-port: "65536" is not a whole number from 0 to 65535)");
}

}  // namespace
}  // namespace weir
