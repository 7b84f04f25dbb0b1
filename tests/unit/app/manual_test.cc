// The manual page, the completion for bash and `weir help` know the same commands and flags.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "profile/presets.h"
#include "unit/record/capture_bytes.h"
#include "weir/dispatch.h"

namespace weir {
namespace {

using Words = std::vector<std::string>;
using Names = std::set<std::string>;

std::string help(const Words& words) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(dispatch(words, {.run = nullptr, .exec = nullptr}, out, err), kGood) << err.str();
  return out.str();
}

std::string file(const std::string& name) {
  std::ifstream stream(std::string(WEIR_DOCS) + "/" + name);
  EXPECT_TRUE(stream) << name;
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The first group of every match.
Names all_of(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  Names names;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), regex); at != std::sregex_iterator(); ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

Names commands() {
  return all_of(help({"help"}), "\n  ([a-z]+)  ");
}

Names flags_of(const std::string& command) {
  return all_of(help({"help", command}), "\n  (--[a-z-]+)");
}

TEST(Manual, HasEveryCommandAndNoOther) {
  EXPECT_GT(commands().size(), 6U);
  EXPECT_EQ(all_of(file("weir.1"), "\n\\.It Cm ([a-z]+)"), commands());
}

TEST(Manual, HasEveryFlagOfEveryCommandAndNoOther) {
  Names flags;
  for (const std::string& command : commands()) {
    if (command != "help") flags.merge(flags_of(command));
  }
  EXPECT_GT(flags.size(), 20U);
  Names described;
  for (const std::string& flag : all_of(file("weir.1"), "(?:It|,) Fl (-[a-z-]+)")) described.insert("-" + flag);
  EXPECT_EQ(described, flags);
}

/// What bash offers where this is typed, the last word unfinished. `weir` is a function that prints the files beside
/// it.
class Completion : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    answer("help", help({"help"}));
    answer("presets", presets_table());
    for (const std::string& command : commands()) answer("help-" + command, help({"help", command}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void answer(const std::string& name, const std::string& text) const { std::ofstream(folder_ + "/" + name) << text; }

  Names offered(const Words& typed) const {
    std::string line = "cd " + folder_ + "; weir() { cat \"${1}${2:+-$2}\"; }; source " + WEIR_DOCS +
                       "/../scripts/completion/weir.bash; COMP_WORDS=(";
    for (const std::string& word : typed) line += "'" + word + "' ";
    line += "); COMP_CWORD=" + std::to_string(typed.size() - 1) + "; _weir; printf '%s\\n' \"${COMPREPLY[@]}\"";
    const ScratchFile script("completion.bash");
    script.write(line);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> bash(popen(("bash " + script.path()).c_str(), "r"), pclose);
    Names names;
    std::string name;
    for (int c = std::fgetc(bash.get()); c != EOF; c = std::fgetc(bash.get())) {
      if (c != '\n') {
        name += static_cast<char>(c);
      } else if (!name.empty()) {
        names.insert(std::exchange(name, ""));
      }
    }
    return names;
  }

  const std::string folder_ = testing::TempDir() + "weir-completion-" + std::to_string(getpid());
};

TEST_F(Completion, OffersTheCommands) {
  Names all = commands();
  all.insert({"--version", "--help"});
  EXPECT_EQ(offered({"weir", ""}), all);
  EXPECT_EQ(offered({"weir", "pre"}), (Names{"presets"}));
  EXPECT_EQ(offered({"weir", "help", "ex"}), (Names{"exec", "explain"}));
}

TEST_F(Completion, OffersEveryFlagOfEachCommand) {
  for (const std::string& command : commands()) {
    if (command == "help") continue;  // it has none
    EXPECT_EQ(offered({"weir", command, "--"}), flags_of(command)) << command;
  }
  EXPECT_EQ(offered({"weir", "run", "--link", "a,b", "--lat"}), (Names{"--latency", "--latency-min", "--latency-max"}));
}

TEST_F(Completion, OffersPresetsAndFilesWhereAProfileStands) {
  answer("mine.toml", "");
  const std::vector<std::string_view> presets = preset_names();
  Names expected(presets.begin(), presets.end());
  EXPECT_EQ(offered({"weir", "presets", ""}), expected);
  EXPECT_EQ(offered({"weir", "run", "--profile", "wpt-3"}), (Names{"wpt-3g", "wpt-3gfast", "wpt-3gslow"}));
  EXPECT_EQ(offered({"weir", "check", "mi"}), (Names{"mine.toml"}));
  EXPECT_EQ(offered({"weir", "explain", "sat-"}), (Names{"sat-geo", "sat-leo"}));
  EXPECT_EQ(offered({"weir", "replay", "--log", "mi"}), (Names{"mine.toml"}));
}

}  // namespace
}  // namespace weir
