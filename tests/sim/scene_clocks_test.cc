// Scenes that wait for an event: the worker that hears of it starts their clock, and all begin at that instant.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "sim/scene_stage.h"

namespace weir::test {
namespace {

TEST(SceneClocks, TheHundredthConnectionBeginsWhatWaitsForIt) {
  const auto clock = std::make_shared<SceneClock>(SceneClock::Event::kConnection, 100);
  const auto waiting = std::make_shared<const std::vector<std::shared_ptr<SceneClock>>>(1, clock);
  const Rules first = late_by(milliseconds(1));
  SceneLine line(first, waiting);
  SimBench bench(first, 2, kSizes, &line.first());
  line.append({.rules = late_by(milliseconds(50)), .clock = clock, .offset = Duration(), .waiting = waiting});
  line.append({.rules = late_by(milliseconds(1)), .clock = clock, .offset = seconds(1), .waiting = waiting});
  std::vector<Talk> talks;
  for (std::uint16_t i = 0; i < 101; ++i) talks.emplace_back(bench, static_cast<std::uint16_t>(40'000 + i));
  for (std::size_t i = 0; i < 99; ++i) {
    talks[i].open();
    talks[i].client_says(kGet);
  }
  EXPECT_EQ(clock->zero(), Instant::never());
  bench.run_for(seconds(3));
  talks[99].open();
  talks[99].client_says(kGet);
  EXPECT_EQ(clock->zero(), Instant(0) + seconds(3));
  bench.forget_departures();
  talks[0].server_says(kOk);
  bench.run_for(milliseconds(100));
  EXPECT_EQ(bench.left(Side::kA).at(0).at, Instant(0) + seconds(3) + milliseconds(50));
  bench.run_until(Instant(0) + seconds(4));
  bench.forget_departures();
  talks[1].server_says(kOk);
  bench.run_for(milliseconds(100));
  EXPECT_EQ(bench.left(Side::kA).at(0).at, Instant(0) + seconds(4) + milliseconds(1));
}

TEST(SceneClocks, TheFirstPacketStartsTheClock) {
  const auto clock = std::make_shared<SceneClock>(SceneClock::Event::kFrame, 1);
  const auto waiting = std::make_shared<const std::vector<std::shared_ptr<SceneClock>>>(1, clock);
  SceneLine line(Rules(), waiting);
  SimBench bench(Rules(), 1, kSizes, &line.first());
  line.append({.rules = late_by(milliseconds(50)), .clock = clock, .offset = Duration(), .waiting = waiting});
  bench.run_for(seconds(7));
  Talk talk(bench, 40'000);
  talk.open();
  EXPECT_EQ(clock->zero(), Instant(0) + seconds(7));
  EXPECT_EQ(held_for(bench, talk), milliseconds(50));
}

}  // namespace
}  // namespace weir::test
