#include "profile/distribution_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <tuple>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/impair/measures.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

std::string error_of(std::string_view text) {
  return message_of<UsageError>([text] { std::ignore = parse_distribution(text, "x.dist"); });
}

/// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() : path_(fs::path(::testing::TempDir()) / ("weir_distributions_" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

TEST(DistributionFile, NumbersStandBetweenBlanksAndComments) {
  const auto table = parse_distribution("# a table\n -32768 -5\t0\r\n\n 0 7 # seven\n32767", "x.dist");
  EXPECT_EQ(table.quantiles, (std::vector<std::int16_t>{-32'768, -5, 0, 0, 7, 32'767}));
}

TEST(DistributionFile, WhatIsNoTableIsAnError) {
  EXPECT_EQ(error_of("1 2\n3 x4 5"), R"(x.dist:2:3: "x4" is not a whole number)");
  EXPECT_EQ(error_of("1 2.5"), R"(x.dist:1:3: "2.5" is not a whole number)");
  EXPECT_EQ(error_of("#\n# \n 1 40000"), R"(x.dist:3:4: "40000" lies outside -32768 to 32767)");
  EXPECT_EQ(error_of("5\n 3"), "x.dist:2:2: 3 is less than 5 before it: a distribution table ascends");
  EXPECT_EQ(error_of(""), "x.dist: 0 values, and a distribution takes 2 at least");
  EXPECT_EQ(error_of("# nothing\n 1"), "x.dist: 1 values, and a distribution takes 2 at least");
}

TEST(DistributionFile, TakesAsManyValuesAsTc) {
  std::string text;
  for (std::size_t i = 0; i < kMostQuantiles; ++i) text += "1 ";
  EXPECT_EQ(parse_distribution(text, "x.dist").quantiles.size(), kMostQuantiles);
  EXPECT_EQ(error_of(text + "1"), "x.dist:1:32769: more than 16384 values");
}

TEST(DistributionFile, TheFirstFolderThatHasItWins) {
  const Folder folder;
  fs::create_directories(folder.path() / "b");
  folder.write("mine.dist", "1 2");
  folder.write("b/mine.dist", "3 4");
  folder.write("b/other.dist", "5 6");
  const std::vector<fs::path> folders = {folder.path() / "none", folder.path(), folder.path() / "b"};
  EXPECT_EQ(load_distribution("mine", folders)->quantiles.front(), 1);
  EXPECT_EQ(load_distribution("other", folders)->quantiles.front(), 5);
}

TEST(DistributionFile, AnUnknownNameIsAnErrorThatNamesTheNearest) {
  const Folder folder;
  folder.write("pareto.dist", "1 2");
  folder.write("normal.dist", "1 2");
  folder.write("notes.txt", "1 2");
  const std::string where = folder.path().string();
  const auto error = [&](std::string_view name) {
    return message_of<UsageError>([&] { std::ignore = load_distribution(name, {folder.path()}); });
  };
  EXPECT_EQ(error("paretto"), "cannot load the distribution \"paretto\": there is no such table in " + where +
                                  " (did you mean pareto?); there are normal, pareto");
  EXPECT_EQ(error("../pareto"), "cannot load the distribution \"../pareto\": there is no such table in " + where +
                                    " (did you mean pareto?); there are normal, pareto");
  EXPECT_EQ(error(""),
            "cannot load the distribution \"\": there is no such table in " + where + "; there are normal, pareto");
  folder.write("broken.dist", "1 2\n1.5");
  EXPECT_EQ(error("broken"), where + "/broken.dist:2:1: \"1.5\" is not a whole number");
}

TEST(DistributionFile, WithoutIproute2TheErrorSaysSo) {
  const auto error = message_of<UsageError>([] { std::ignore = load_distribution("normal", {"/nowhere", "/no"}); });
  EXPECT_EQ(error,
            "cannot load the distribution \"normal\": there are no tables in /nowhere or /no (iproute2 has them)");
}

// The installed tables, as netem would draw from them: each entry equally likely.
class InstalledTable : public ::testing::TestWithParam<const char*> {};

TEST_P(InstalledTable, IsDrawnAsItStands) {
  const auto folders = distribution_folders();
  const auto is_installed = [](const fs::path& folder) { return fs::exists(folder / "normal.dist"); };
  if (std::none_of(folders.begin(), folders.end(), is_installed)) GTEST_SKIP() << "iproute2 is not installed";
  const auto table = load_distribution(GetParam());
  ASSERT_EQ(table->quantiles.size(), 4096U);
  const DurationLaw law{{}, seconds(1), Shape::kTable, milliseconds(100), microseconds(8192), table};
  const auto drawn = sorted_draws(law, 31);

  std::vector<std::int64_t> entries;  // one unit of the table is a microsecond
  for (const std::int16_t entry : table->quantiles) entries.push_back(100'000'000 + entry * 1000);
  double distance = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto below = std::lower_bound(drawn.begin(), drawn.end(), entries[i]) - drawn.begin();
    const auto at_most = std::upper_bound(drawn.begin(), drawn.end(), entries[i]) - drawn.begin();
    const auto first = std::lower_bound(entries.begin(), entries.end(), entries[i]) - entries.begin();
    const auto last = std::upper_bound(entries.begin(), entries.end(), entries[i]) - entries.begin();
    distance = std::max({distance, static_cast<double>(below) / kMillion - static_cast<double>(last) / 4096,
                         static_cast<double>(first) / 4096 - static_cast<double>(at_most) / kMillion});
  }
  EXPECT_LT(distance, ks_limit(kMillion));
  const Moments expected = moments_of(entries);
  const Moments seen = moments_of(drawn);
  EXPECT_NEAR(seen.mean, expected.mean, 0.003 * expected.deviation);
  EXPECT_NEAR(seen.deviation / expected.deviation, 1.0, 0.003);
}

INSTANTIATE_TEST_SUITE_P(Iproute2, InstalledTable,
                         ::testing::Values("normal", "pareto", "paretonormal", "experimental"),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace weir
