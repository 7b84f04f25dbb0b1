#include "profile/inherit.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "profile/errors.h"
#include "profile/profile.h"
#include "support/message_of.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

/// A folder of profiles that is gone behind the test.
class Extends : public testing::Test {
 protected:
  Extends() : folder_(fs::path(testing::TempDir()) / ("weir-extends-" + std::to_string(getpid()))) {
    fs::create_directories(folder_ / "nets");
  }
  ~Extends() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(std::string_view name) const { return (folder_ / name).string(); }
  void write(std::string_view name, std::string_view text) const { std::ofstream(folder_ / name) << text; }
  [[nodiscard]] std::string errors_of(std::string_view name) const {
    return message_of<UsageError>([&] { (void)load_profile(path(name)); });
  }

 private:
  fs::path folder_;
};

TEST_F(Extends, KeysOfTheProfileHold) {
  write("nets/base.toml",
        "name = 'base'\nseed = 3\n[impair.latency]\ndelay = '40ms'\nper = 'connection'\n[impair]\nspeed = '1M'\n");
  write("top.toml", "extends = 'nets/base.toml'\n[impair.latency]\ndelay = '50ms'\n");
  const Profile profile = load_profile(path("top.toml"));
  EXPECT_EQ(profile.name, "") << "the base's name is not the profile's";
  EXPECT_EQ(profile.seed, 3U);
  EXPECT_EQ(profile.impair.latency->hold.max, milliseconds(50));
  EXPECT_EQ(profile.impair.latency->per, LatencyRule::Per::kConnection) << "tables are merged key by key";
  EXPECT_EQ(profile.speed->max, ByteRate{1'000'000});
}

TEST_F(Extends, AShortFormIsTheWholeTableAndFalseIsNone) {
  write("base.toml", "[impair]\nspeed = '1M'\nreset = '5%'\n[impair.latency]\ndelay = '40ms'\nper = 'connection'\n");
  write("top.toml",
        "extends = './base.toml'\n[impair]\nlatency = '50ms'\nspeed = false\n[impair.reset]\nhow = 'fin'\n");
  const Profile profile = load_profile(path("top.toml"));
  EXPECT_EQ(profile.impair.latency->per, LatencyRule::Per::kExchange);
  EXPECT_FALSE(profile.speed);
  EXPECT_EQ(profile.impair.reset->share, 0.05) << "a table is merged into a short form";
  EXPECT_EQ(profile.impair.reset->how, ResetRule::How::kFin);
}

TEST_F(Extends, OwnRulesComeFirstAndTakeThePlaceOfTheirNamesakes) {
  write("base.toml", "[[rule]]\nname = 'a'\n[rule.impair]\nlatency = 1\n[[rule]]\nname = 'b'\n");
  write("top.toml", "extends = './base.toml'\n[[rule]]\nname = 'c'\n[[rule]]\nname = 'a'\n");
  const Profile profile = load_profile(path("top.toml"));
  ASSERT_EQ(profile.rules.size(), 3U);
  EXPECT_EQ(profile.rules[0].name, "c");
  EXPECT_EQ(profile.rules[1].name, "a");
  EXPECT_FALSE(profile.rules[1].impair.latency);
  EXPECT_EQ(profile.rules[2].name, "b");
}

TEST_F(Extends, APresetAndImpairmentsOnTopOfIt) {
  write("top.toml", "extends = 'wpt-3g'\n[impair]\nlatency = '50ms'\npacket = []\n");
  const Profile profile = load_profile(path("top.toml"));
  EXPECT_EQ(profile.match.traffic, traffic::kAll);
  EXPECT_TRUE(profile.impair.packets.empty());
  EXPECT_EQ(profile.speed->max, ByteRate{96'000});
  EXPECT_EQ(profile.impair.latency->hold.max, milliseconds(50));
}

TEST_F(Extends, FaultsOfBothAreSaid) {
  write("base.toml", "[impair]\nlatency = 'x'\n");
  write("top.toml", "extends = './base.toml'\nsead = 1\n");
  EXPECT_EQ(errors_of("top.toml"), path("top.toml") +
                                       ":2:1: unknown key sead in a profile (did you mean seed?)\nsead = 1\n^\n" +
                                       path("base.toml") +
                                       ":2:11: latency: \"x\" is not a duration: it does not start with a digit\n"
                                       "latency = 'x'\n          ^ expected \"40ms\", \"20ms..120ms\" or \"100ms +- "
                                       "20ms\"");
}

TEST_F(Extends, Circles) {
  write("a.toml", "extends = './b.toml'\n");
  write("b.toml", "extends = './a.toml'\n");
  EXPECT_EQ(errors_of("a.toml"), path("b.toml") + ":1:11: extends: " + path("a.toml") +
                                     " extends itself\nextends = './a.toml'\n          ^");
}

TEST_F(Extends, WhatIsNotThere) {
  write("a.toml", "extends = 'wpt-3h'\n");
  EXPECT_EQ(errors_of("a.toml"), path("a.toml") +
                                     ":1:11: extends: \"wpt-3h\" is neither a file nor a preset (did you mean "
                                     "wpt-3g?)\nextends = 'wpt-3h'\n          ^");
  EXPECT_EQ(errors_of("none.toml"), "cannot read " + path("none.toml") + ": No such file or directory");
  EXPECT_EQ(errors_of("nets/"), "cannot read " + path("nets/") + ": Is a directory");
}

TEST_F(Extends, AFileOfAPresetsNameIsTheFile) {
  write("nets/wpt-3g", "seed = 5\n");
  write("nets/a.toml", "extends = 'wpt-3g'\n");
  EXPECT_EQ(load_profile(path("nets/a.toml")).seed, 5U);
}

TEST_F(Extends, WhatIsTooLongIsNoProfile) {
  EXPECT_EQ(message_of<UsageError>([] { (void)load_profile("/dev/zero"); }),
            "cannot read /dev/zero: it is longer than 1 MiB");
}

}  // namespace
}  // namespace weir
