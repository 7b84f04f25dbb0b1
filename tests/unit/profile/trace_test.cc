// Traces out of files: what they become, and what is said of those that can't be read.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "profile/errors.h"
#include "profile/print_profile.h"
#include "profile/profile.h"
#include "profile/programme.h"
#include "profile/trace_file.h"
#include "support/message_of.h"

namespace weir {
namespace {

class TraceFile : public testing::Test {
 protected:
  TraceFile() { std::filesystem::create_directory(folder_); }
  ~TraceFile() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ + "/" + name) << text; }
  [[nodiscard]] Profile profile(const std::string& text) const {
    write("p.toml", text);
    return load_profile(folder_ + "/p.toml");
  }
  [[nodiscard]] std::string refusal(const std::string& text) const {
    const std::string all = message_of<ProfileError>([&] { (void)profile(text); });
    const std::string line = all.substr(0, all.find('\n'));
    return line.substr(folder_.size() + 1);
  }

  const std::string folder_ = testing::TempDir() + "weir-trace-" + std::to_string(getpid());
};

TEST_F(TraceFile, MahimahisIsARateAndItsMean) {
  write("lte.up", "1\n1\n3\n\n8\n");
  write("lte.down", "2\n");
  const Profile asked = profile("[impair.speed]\nup-trace = \"lte.up\"\ndown-trace = \"lte.down\"\naccount = \"ip\"\n");
  const SpeedRule& speed = *asked.speed;
  EXPECT_EQ(speed.direction, SpeedRule::Direction::kEach);
  EXPECT_EQ(*speed.trace.deliveries,
            Deliveries({{milliseconds(1), 3'008}, {milliseconds(3), 4'512}, {milliseconds(8), 6'016}}, milliseconds(8),
                       "lte.up"));
  EXPECT_EQ(speed.min.bytes_per_second, 752'000U);
  EXPECT_EQ(speed.down->min.bytes_per_second, 752'000U);
  EXPECT_EQ(*speed.down_trace.deliveries, Deliveries({{milliseconds(2), 1'504}}, milliseconds(2), "lte.down"));
  EXPECT_EQ(profile(print_profile(asked)), asked);
}

TEST_F(TraceFile, OneForBothDirections) {
  write("lte", "1\n");
  const Profile asked = profile("[impair.speed]\ntrace = \"lte\"\n");
  EXPECT_EQ(asked.speed->direction, SpeedRule::Direction::kTotal);
  EXPECT_TRUE(asked.speed->trace);
  EXPECT_EQ(profile(print_profile(asked)), asked);
}

TEST_F(TraceFile, RowsHoldUntilTheNext) {
  write("walk.csv", "time, rate ,loss,delay\n0s,1MB/s,0,10ms\n500ms,0,2%,0\n2s,2MB/s,0,0\n");
  const Profile asked = profile("trace = \"walk.csv\"\n[impair]\nreset = \"1%\"\n");
  Programme programme(asked, Instant());
  const auto first = programme.next();
  EXPECT_EQ(first->offset, Duration());
  EXPECT_EQ(first->phase, "");
  EXPECT_EQ(first->rules.speed->min.bytes_per_second, 1'000'000U);
  EXPECT_EQ(first->rules.packets.at(0).delay->min, milliseconds(10));
  EXPECT_FALSE(first->rules.packets.at(0).loss.has_value());
  EXPECT_TRUE(first->rules.reset.has_value());
  const auto second = programme.next();
  EXPECT_EQ(second->offset, milliseconds(500));
  EXPECT_EQ(second->rules.speed->max.bytes_per_second, 0U);
  EXPECT_EQ(second->rules.packets.at(0).loss->p, 0.02);
  EXPECT_FALSE(second->rules.packets.at(0).delay.has_value());
  const auto third = programme.next();
  EXPECT_EQ(third->offset, seconds(2));
  EXPECT_TRUE(third->rules.packets.empty());
  EXPECT_FALSE(programme.next().has_value()) << "the last row stays";
}

TEST_F(TraceFile, OrComeAgain) {
  write("walk.csv", "time,delay\n0,10ms\n500,20ms\n");
  Programme programme(profile("[trace]\nfile = \"walk.csv\"\nat-end = \"loop\"\n"), Instant());
  for (std::int64_t i = 0; i < 9; ++i) EXPECT_EQ(programme.next()->offset, milliseconds(500 * i));
}

TEST_F(TraceFile, AByteOrderMarkBeforeTheHeaderIsPassedOver) {
  write("t", "\xEF\xBB\xBFtime,loss\n500ms,2%\n");
  const std::vector<TraceRow> rows = read_trace_rows("file", "t", folder_);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at, milliseconds(500));
  EXPECT_EQ(rows[0].loss, 0.02);
}

TEST_F(TraceFile, SaysWhatIsWrong) {
  const std::string mahimahi = "[impair.speed]\ntrace = \"t\"\n";
  const std::string rows = "trace = \"t\"\n";
  const auto is = [this](const std::string& trace, const std::string& text) {
    write("t", trace);
    return refusal(text);
  };
  EXPECT_EQ(refusal(mahimahi), "p.toml:2:9: trace: cannot read " + folder_ + "/t: No such file or directory");
  EXPECT_EQ(is("1\ntwo\n", mahimahi),
            "p.toml:2:9: trace: " + folder_ + "/t:2: \"two\" is not a whole number from 0 to 86400000");
  EXPECT_EQ(is("5\n4\n", mahimahi), "p.toml:2:9: trace: " + folder_ + "/t:2: it goes back in time");
  EXPECT_EQ(is("", mahimahi),
            "p.toml:2:9: trace: " + folder_ + "/t:0: it is empty: a line is the millisecond of a delivery");
  EXPECT_EQ(is("0\n", mahimahi),
            "p.toml:2:9: trace: " + folder_ + "/t:1: its last line is its period, which can't be 0");
  EXPECT_EQ(is("time,rat\n", rows),
            "p.toml:1:9: file: " + folder_ +
                "/t:1: \"rat\" is no column (did you mean rate?) (known: time, rate, delay, loss)");
  EXPECT_EQ(is("time,loss,loss\n0,1%,2%\n", rows),
            "p.toml:1:9: file: " + folder_ + "/t:1: column loss stands there twice");
  EXPECT_EQ(is("time,time\n0,0\n", rows), "p.toml:1:9: file: " + folder_ + "/t:1: column time stands there twice");
  EXPECT_EQ(is("rate\n1M\n", rows), "p.toml:1:9: file: " + folder_ + "/t:1: there is no column time");
  EXPECT_EQ(is("time,rate\n1s\n", rows), "p.toml:1:9: file: " + folder_ + "/t:2: 1 cells under 2 columns");
  EXPECT_EQ(
      is("time,loss\n1s,2\n", rows),
      "p.toml:1:9: file: " + folder_ + "/t:2: loss: \"2\" is not a probability: it lies outside 0 to 1 (0 % to 100 %)");
  EXPECT_EQ(is("time,loss\n1s,0\n1s,0\n", rows),
            "p.toml:1:9: file: " + folder_ + "/t:3: its time is not behind that of the row before");
  EXPECT_EQ(is("1\n", "[impair.speed]\ntrace = \"t\"\nrate = 5\n"),
            "p.toml:3:8: rate and trace are two rates: give one");
  EXPECT_EQ(is("time\n0\n", rows + "[[phase]]\nname = \"a\"\n"),
            "p.toml:1:9: trace: a profile changes by its phases or by a trace, not by both");
}

}  // namespace
}  // namespace weir
