// What threads share of the limiter; also run under ThreadSanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "rate/limiter.h"

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

}  // namespace
}  // namespace weir
