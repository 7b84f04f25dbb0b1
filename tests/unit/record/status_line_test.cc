#include "record/status_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace weir {
namespace {

StatusSnapshot busy_second() {
  StatusSnapshot now;
  now.at = Instant() + seconds(1);
  now.up_frames = 71'234;
  now.up_bytes = 101'550'000;
  now.down_frames = 40;
  now.down_bytes = 2'500;
  now.held = 12;
  now.connections = 35;
  now.exchanges = 900;
  now.resets = 3;
  now.worst_lateness = microseconds(41);
  return now;
}

TEST(StatusText, RatesBetweenTwoMoments) {
  EXPECT_EQ(format_status({}, busy_second()),
            "up 812.4 Mbit/s 71.2 k/s | down 20.0 kbit/s 40 /s | held 12 | connections 35 | exchanges 900 | resets 3 | "
            "late <= 41 us");
}

TEST(StatusText, ByTheTimeThatPassed) {
  StatusSnapshot before = busy_second();
  StatusSnapshot now = before;
  now.at = before.at + milliseconds(500);
  now.up_bytes += 125'000'000;
  now.up_frames += 1'000'000;
  EXPECT_TRUE(format_status(before, now).starts_with("up 2.00 Gbit/s 2.00 M/s | down 0.0 kbit/s 0 /s |"));
}

TEST(StatusText, TwoLooksAtOneMomentDivideByNothing) {
  EXPECT_TRUE(format_status(busy_second(), busy_second()).starts_with("up 0.0 kbit/s 0 /s |"));
}

TEST(StatusText, LossIsNamedWhenThereIsSome) {
  StatusSnapshot now = busy_second();
  now.lost = 5;
  EXPECT_TRUE(format_status({}, now).ends_with("late <= 41 us | LOST 5"));
}

TEST(StatusText, LateFramesAreNamedWithWhatMadeThemLate) {
  StatusSnapshot now = busy_second();
  now.late[static_cast<std::size_t>(LateCause::kStolenCore)] = 10;
  EXPECT_TRUE(format_status({}, now).ends_with("late <= 41 us | LATE 10 (stolen_core 10)"));
  now.late[static_cast<std::size_t>(LateCause::kPortFull)] = 2;
  now.late[static_cast<std::size_t>(LateCause::kLongTurns)] = 1;
  now.lost = 5;
  EXPECT_TRUE(format_status({}, now).ends_with(" | LATE 13 (loop_too_long 1, tx_full 2, stolen_core 10) | LOST 5"));
}

TEST(StatusStyle, ATerminalIsRedrawnUnlessNoColorIsSet) {
  EXPECT_EQ(status_style(true, nullptr), StatusStyle::kRedrawn);
  EXPECT_EQ(status_style(true, ""), StatusStyle::kRedrawn);
  EXPECT_EQ(status_style(true, "1"), StatusStyle::kPlain);
  EXPECT_EQ(status_style(false, nullptr), StatusStyle::kPlain);
}

TEST(StatusLine, IsRedrawnInPlace) {
  std::ostringstream out;
  StatusLine line(out, StatusStyle::kRedrawn);
  line.show(busy_second());
  line.finish();
  line.finish();
  EXPECT_EQ(out.str(), "\r\x1b[K" + format_status({}, busy_second()) + "\n");
}

TEST(StatusLine, PlainIsALineEveryTenSeconds) {
  std::ostringstream out;
  StatusLine line(out, StatusStyle::kPlain);
  StatusSnapshot now;
  StatusSnapshot tenth;
  for (int second = 1; second <= 19; ++second) {
    now.at = Instant() + seconds(second);
    now.up_bytes += 1'250'000;
    if (second == 10) tenth = now;
    line.show(now);
  }
  line.finish();
  EXPECT_EQ(out.str(), "weir: " + format_status({}, tenth) + "\n");
  EXPECT_TRUE(out.str().starts_with("weir: up 10.0 Mbit/s")) << "the mean of the ten seconds";
}

}  // namespace
}  // namespace weir
