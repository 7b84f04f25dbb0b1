// What threads share of the limiter and of a rule's own rate; also run under ThreadSanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "rate/limiter.h"
#include "rate/pacer.h"

namespace weir {
namespace {

TEST(LimiterShared, TicketsOfAllThreadsTileTheLineWithoutGapOrOverlap) {
  constexpr std::size_t kThreads = 4;
  constexpr std::uint64_t kTickets = 5'000;
  Limiter limiter(3'000);
  std::vector<std::vector<std::pair<std::uint64_t, std::uint64_t>>> taken(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&limiter, &mine = taken[thread], thread] {
      for (std::uint64_t n = 0; n < kTickets; ++n) {
        const std::uint64_t bytes = 1 + (n * 7 + thread) % 1'500;
        mine.emplace_back(limiter.take(bytes, 0), bytes);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
  for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  std::uint64_t end = 0;
  for (const auto& [mark, bytes] : all) {
    ASSERT_EQ(mark, end);
    end += bytes;
  }
}

// Whoever comes to a change first: what was promised before is void once, and the tickets behind it tile the line.
TEST(LimiterShared, AnotherEraBeginsOnceForAllThreads) {
  constexpr std::size_t kThreads = 4;
  constexpr std::uint64_t kTickets = 500;
  constexpr std::uint64_t kBytes = 64;
  constexpr std::uint32_t kEras = 200;
  Limiter limiter(0);
  for (std::uint32_t era = 1; era <= kEras; ++era) {
    static_cast<void>(limiter.take(1'000'000, 0));
    std::vector<std::vector<std::uint64_t>> taken(kThreads);
    std::vector<std::thread> threads;
    for (std::vector<std::uint64_t>& mine : taken) {
      threads.emplace_back([&limiter, &mine, era] {
        limiter.begin_anew(era, 0);
        for (std::uint64_t n = 0; n < kTickets / kThreads; ++n) mine.push_back(limiter.take(kBytes, 0));
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::vector<std::uint64_t> all;
    for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
    std::sort(all.begin(), all.end());
    for (std::size_t n = 0; n < all.size(); ++n) ASSERT_EQ(all[n], n * kBytes) << "era " << era;
  }
}

// However the threads meet: each packet has a turn of its own, and the turns are back to back.
TEST(SharedPacerShared, TurnsOfAllThreadsAreBackToBack) {
  constexpr int kPackets = 10'000;
  constexpr std::size_t kThreads = 3;
  SharedPacer pacer;
  std::array<std::vector<Instant>, kThreads> turns;
  std::vector<std::thread> threads;
  for (std::vector<Instant>& own : turns) {
    threads.emplace_back([&pacer, &own] {
      for (int i = 0; i < kPackets; ++i) {
        own.push_back(*pacer.reserve(1'000, ByteRate{1'000'000}, seconds(3'600), Instant(0)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<Instant> all;
  for (const std::vector<Instant>& own : turns) all.insert(all.end(), own.begin(), own.end());
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(all[i], Instant(0) + milliseconds(static_cast<std::int64_t>(i)));
  }
}

TEST(LimiterShared, WhatWaitsAddsUpOverThreads) {
  constexpr int kPackets = 10'000;
  Limiter limiter(3'000);
  std::vector<std::thread> threads;
  for (int n = 0; n < 3; ++n) {
    threads.emplace_back([&limiter] {
      for (int i = 0; i < kPackets; ++i) {
        limiter.join(1'000);
        limiter.join(500);
        limiter.leave(1, 1'000);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(limiter.waiting_packets(), 3U * kPackets);
  EXPECT_EQ(limiter.waiting_bytes(), 3U * kPackets * 500U);
}

}  // namespace
}  // namespace weir
