// What threads do to one registry at the same time; run under ThreadSanitizer too.
#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "flow/connection_registry.h"

namespace weir {
namespace {

constexpr std::uint32_t kThreads = 8;
constexpr std::uint32_t kRounds = 50;
constexpr std::uint32_t kTriples = 40;

ConnectionTriple triple(std::uint32_t number) {
  ConnectionTriple triple;
  triple.client = IpAddress::v4({std::byte{10}, std::byte{9}, std::byte{0}, std::byte{1}});
  triple.server_port = static_cast<std::uint16_t>(number);
  return triple;
}

/// What one thread was answered, by triple.
using Answers = std::vector<std::vector<std::optional<std::uint32_t>>>;

/// All threads open every triple kRounds times, each thread in an order of its own, and tell what they were answered.
std::vector<Answers> open_all_at_once(ConnectionRegistry& registry) {
  std::vector<Answers> answers(kThreads, Answers(kTriples));
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&registry, &start, &mine = answers[t], t] {
      start.arrive_and_wait();
      for (std::uint32_t i = 0; i < kRounds * kTriples; ++i) {
        // Even threads begin with the same triple and race for it; odd ones begin elsewhere and go backwards.
        const std::uint32_t n = (t % 2 == 0 ? i : kTriples * kRounds - i + t) % kTriples;
        mine[n].push_back(registry.open(triple(n)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return answers;
}

/// All threads' answers for a triple, ascending.
std::vector<std::optional<std::uint32_t>> gathered(const std::vector<Answers>& answers, std::uint32_t number) {
  std::vector<std::optional<std::uint32_t>> all;
  for (const Answers& one : answers) all.insert(all.end(), one[number].begin(), one[number].end());
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<std::optional<std::uint32_t>> each_number_once() {
  std::vector<std::optional<std::uint32_t>> numbers(kThreads * kRounds);
  for (std::uint32_t k = 0; k < numbers.size(); ++k) numbers[k] = k;
  return numbers;
}

TEST(ConnectionRegistryShared, GivesEachNumberOfEachTripleToOneThread) {
  ConnectionRegistry registry(kTriples);
  const auto answers = open_all_at_once(registry);
  for (std::uint32_t n = 0; n < kTriples; ++n) EXPECT_EQ(gathered(answers, n), each_number_once()) << n;
}

TEST(ConnectionRegistryShared, WritesATripleOnceWhenAllThreadsRaceForIt) {
  constexpr std::uint32_t kRaces = 10'000;
  ConnectionRegistry registry(kRaces);
  std::latch start(kThreads);
  std::vector<std::vector<std::optional<std::uint32_t>>> answers(kThreads);
  std::vector<std::thread> threads;
  for (auto& mine : answers) {
    threads.emplace_back([&registry, &start, &mine] {
      start.arrive_and_wait();
      for (std::uint32_t n = 0; n < kRaces; ++n) mine.push_back(registry.open(triple(n)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::uint32_t n = 0; n < kRaces; ++n) {
    std::set<std::optional<std::uint32_t>> numbers;
    for (const auto& one : answers) numbers.insert(one[n]);
    ASSERT_EQ(numbers.size(), kThreads) << n;
    ASSERT_EQ(numbers.rbegin()->value_or(0), kThreads - 1) << n;
  }
}

TEST(ConnectionRegistryShared, RefusesATripleToAllThreadsOrToNone) {
  constexpr std::uint32_t kRoom = kTriples / 2;
  ConnectionRegistry registry(kRoom);
  const auto answers = open_all_at_once(registry);
  const std::vector<std::optional<std::uint32_t>> refused(kThreads * kRounds, std::nullopt);
  std::uint32_t taken = 0;
  for (std::uint32_t n = 0; n < kTriples; ++n) {
    const auto all = gathered(answers, n);
    if (all == refused) continue;
    EXPECT_EQ(all, each_number_once()) << n;
    ++taken;
  }
  EXPECT_EQ(taken, kRoom);
}

}  // namespace
}  // namespace weir
