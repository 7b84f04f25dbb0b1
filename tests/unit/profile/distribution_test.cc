#include "profile/distribution.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "profile/limits.h"
#include "support/message_of.h"

namespace weir {
namespace {

DurationLaw law(std::string_view lengths, Shape shape, std::string_view within = "") {
  const auto bounds = within.empty() ? std::nullopt : std::optional(parse_lengths("within", within));
  return make_law("delay", parse_lengths("delay", lengths), {shape, nullptr}, bounds);
}

std::string law_error(std::string_view lengths, Shape shape, std::string_view within = "") {
  return message_of<UsageError>([&] { (void)law(lengths, shape, within); });
}

TEST(Law, UniformIsItsRange) {
  EXPECT_EQ(law("20ms..120ms", Shape::kUniform).min, milliseconds(20));
  EXPECT_EQ(law("20ms..120ms", Shape::kUniform).max, milliseconds(120));
  EXPECT_EQ(law("100ms +- 20ms", Shape::kUniform).min, milliseconds(80));
  EXPECT_EQ(law("100ms +- 20ms", Shape::kUniform).max, milliseconds(120));
}

TEST(Law, ABellOverARangeIsWhatTheRoomOfDrawsSays) {
  EXPECT_EQ(law("20ms..140ms", Shape::kNormal), bell_in_range(Shape::kNormal, milliseconds(20), milliseconds(140)));
  EXPECT_EQ(law("20ms..140ms", Shape::kExponential),
            bell_in_range(Shape::kExponential, milliseconds(20), milliseconds(140)));
}

TEST(Law, ABellAroundAMeanEndsAtAnHour) {
  const DurationLaw bell = law("100ms +- 20ms", Shape::kPareto);
  EXPECT_EQ(bell.shape, Shape::kPareto);
  EXPECT_EQ(bell.mean, milliseconds(100));
  EXPECT_EQ(bell.deviation, milliseconds(20));
  EXPECT_EQ(bell.min, Duration());
  EXPECT_EQ(bell.max, kLongestHold);
}

TEST(Law, WithinClampsABell) {
  const DurationLaw bell = law("100ms +- 20ms", Shape::kNormal, "60ms..200ms");
  EXPECT_EQ(bell.min, milliseconds(60));
  EXPECT_EQ(bell.max, milliseconds(200));
  EXPECT_EQ(bell.mean, milliseconds(100));
}

TEST(Law, AnExponentialHasAMeanAlone) {
  const DurationLaw tail = law("100ms", Shape::kExponential);
  EXPECT_EQ(tail.mean, milliseconds(100));
  EXPECT_EQ(tail.deviation, milliseconds(100));
  EXPECT_EQ(law("100ms +- 20ms", Shape::kExponential).deviation, milliseconds(20));
}

TEST(Law, EachFaultHasItsOwnSentence) {
  EXPECT_EQ(law_error("20ms +- 30ms", Shape::kUniform), "delay: the range would begin below 0");
  EXPECT_EQ(law_error("3599s +- 2s", Shape::kUniform), "delay: the range would end above an hour (3600s)");
  EXPECT_EQ(law_error("20ms", Shape::kUniform, "0..50ms"),
            "delay: a uniform distribution lies within its range by itself");
  EXPECT_EQ(law_error("20ms", Shape::kNormal),
            R"(delay: the distribution needs a range or a deviation: "100ms +- 20ms")");
  EXPECT_EQ(law_error("20ms +- 5ms", Shape::kNormal, "25ms..50ms"), "within: the mean lies outside of it");
  EXPECT_EQ(law_error("20ms +- 5ms", Shape::kNormal, "25ms +- 5ms"), R"(within: it is a range: "0ms..500ms")");
}

TEST(Distribution, ATableOfIproute2ByItsName) {
  const Distribution found = choose_distribution("distribution", "experimental", "");
  EXPECT_EQ(found.shape, Shape::kTable);
  EXPECT_EQ(found.table->name, "experimental");
  EXPECT_GT(found.table->quantiles.size(), 1'000U);
}

TEST(Distribution, ATableInAFile) {
  const Distribution found =
      choose_distribution("distribution", "./tc/../tc/experimental.dist", "/usr/lib/x86_64-linux-gnu");
  EXPECT_EQ(found.table->name, "/usr/lib/x86_64-linux-gnu/tc/experimental.dist");
}

TEST(Distribution, OneThatIsNotThere) {
  const auto error = [](std::string_view text) {
    return message_of<UsageError>([text] { (void)choose_distribution("distribution", text, ""); });
  };
  EXPECT_EQ(error("norml"), R"(distribution: "norml" is no distribution (did you mean normal?))");
  EXPECT_EQ(error("/nonexistent/x.dist"), "distribution: cannot read /nonexistent/x.dist: No such file or directory");
  EXPECT_TRUE(error("zzz").starts_with(R"(distribution: cannot load the distribution "zzz": there is no such table)"));
}

}  // namespace
}  // namespace weir
