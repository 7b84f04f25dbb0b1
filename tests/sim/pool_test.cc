// Held frames never take the buffers that ports receive into: from a number on small ones are copied into small
// buffers, and what finds none is dropped by name.
#include <gtest/gtest.h>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

constexpr Duration kHold = seconds(1);
constexpr std::uint32_t kRoom = 128;

/// A bench that holds what the server says: the first frame opens the exchange, those behind it wait with it.
class Pool : public testing::Test {
 protected:
  void begin(WorkerSizes sizes, SmallBuffers small) {
    bench_ = std::make_unique<SimBench>(late_by(kHold), 1, sizes, nullptr, small);
    talk_ = std::make_unique<Talk>(*bench_, std::uint16_t{40'000});
    talk_->open();
    talk_->client_says(kGet);
    bench_->forget_departures();
  }
  void server_says(int frames, std::size_t length) {
    for (int i = 0; i < frames; ++i) talk_->server_says(std::string(length, static_cast<char>('a' + i % 26)));
  }

  std::unique_ptr<SimBench> bench_;
  std::unique_ptr<Talk> talk_;
};

TEST_F(Pool, WithoutASmallBufferWhatIsTooMuchIsDroppedByName) {
  begin({.flows = 16, .held = 100, .held_large = 4}, {});
  server_says(7, 300);
  EXPECT_EQ(bench_->drops(DropReason::kPoolShort), 3U);
  EXPECT_EQ(bench_->drops(DropReason::kHeldFull), 0U);
  EXPECT_EQ(bench_->source().in_use(), 4U) << "no more buffers are kept than may be";
  bench_->run_for(kHold);
  EXPECT_EQ(bench_->left(Side::kA).size(), 4U);
  EXPECT_EQ(bench_->source().in_use(), 0U);
}

TEST_F(Pool, AFrameThatPassesNeedsNoRoom) {
  begin({.flows = 16, .held = 100, .held_large = 4}, {});
  server_says(7, 300);
  bench_->arrive(Side::kB, FrameBuilder().v4("10.9.0.2", "10.9.0.1").udp(1, 2).payload("x").build());
  bench_->turn();
  EXPECT_EQ(bench_->left(Side::kA).size(), 1U);
}

TEST_F(Pool, FromHalfOfTheLargeOnesOnSmallFramesAreCopied) {
  begin({.flows = 16, .held = 100, .held_large = 4}, {.buffers = 3, .room = kRoom});
  server_says(5, 60);
  EXPECT_EQ(bench_->counters().shrunk.value(), 3U);
  EXPECT_EQ(bench_->source().small_in_use(), 3U);
  server_says(4, 60);
  EXPECT_EQ(bench_->drops(DropReason::kPoolShort), 2U) << "3 small and 4 large ones are full";
  EXPECT_EQ(bench_->source().in_use(), 7U);
  bench_->run_for(kHold);
  EXPECT_EQ(bench_->left(Side::kA).size(), 7U) << "byte for byte and in order: the bench looks";
  EXPECT_EQ(bench_->source().in_use(), 0U);
  EXPECT_EQ(bench_->source().small_in_use(), 0U);
}

TEST_F(Pool, ALargeFrameIsNeverCopied) {
  begin({.flows = 16, .held = 100, .held_large = 4}, {.buffers = 3, .room = kRoom});
  server_says(4, 300);
  server_says(2, 60);
  EXPECT_EQ(bench_->source().small_in_use(), 2U);
  server_says(1, 300);
  EXPECT_EQ(bench_->drops(DropReason::kPoolShort), 1U);
}

TEST_F(Pool, RoomIsFreeAgainWhenFramesHaveLeft) {
  begin({.flows = 16, .held = 100, .held_large = 4}, {.buffers = 2, .room = kRoom});
  for (int round = 0; round < 50; ++round) {
    server_says(2, 300);
    server_says(2, 60);
    talk_->client_acknowledges();
    bench_->run_for(kHold);
    talk_->client_says(kGet);
  }
  EXPECT_EQ(bench_->drops(DropReason::kPoolShort), 0U);
  EXPECT_EQ(bench_->counters().shrunk.value(), 100U);
  EXPECT_EQ(bench_->source().in_use(), 0U);
}

TEST_F(Pool, WhatIsStillHeldAtTheEndGivesEveryBufferBack) {
  begin({.flows = 16, .held = 100, .held_large = 4}, {.buffers = 2, .room = kRoom});
  server_says(5, 60);
  bench_->worker().abandon_held(bench_->now());
  EXPECT_EQ(bench_->drops(DropReason::kStopped), 5U);
  EXPECT_EQ(bench_->source().in_use(), 0U);
  EXPECT_EQ(bench_->source().small_in_use(), 0U);
}

}  // namespace
}  // namespace weir::test
