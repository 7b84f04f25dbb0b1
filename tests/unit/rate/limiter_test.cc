#include "rate/limiter.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

#include "rate/capacity.h"

namespace weir {
namespace {

constexpr std::uint64_t kRate = 1'400'000;

Capacity link_of(std::uint64_t rate) {
  return {ByteRate{rate}, ByteRate{rate}, seconds(1), 1};
}

TEST(Limiter, MarksFollowOneAnother) {
  Limiter limiter(3'000);
  EXPECT_EQ(limiter.take(1'000, 0), 0U);
  EXPECT_EQ(limiter.take(500, 0), 1'000U);
  EXPECT_EQ(limiter.take(1, 0), 1'500U);
  EXPECT_EQ(limiter.backlog(0), 1'501U);
  EXPECT_EQ(limiter.backlog(1'500), 1U);
  EXPECT_EQ(limiter.backlog(9'999), 0U);
}

TEST(Limiter, AnIdleLinkSavesUpNoMoreThanItsBurst) {
  Limiter limiter(3'000);
  EXPECT_EQ(limiter.take(100, 1'000'000), 997'000U);
}

TEST(Limiter, AnotherEraVoidsWhatWasPromisedOnce) {
  Limiter limiter(3'000);
  EXPECT_EQ(limiter.take(9'000, 0), 0U);
  limiter.begin_anew(1, 2'000);
  EXPECT_EQ(limiter.backlog(2'000), 0U);
  EXPECT_EQ(limiter.take(500, 2'000), 2'000U);
  limiter.begin_anew(1, 2'100);  // the second worker comes to the same change
  EXPECT_EQ(limiter.take(500, 2'100), 2'500U);
  limiter.begin_anew(0, 0);  // nobody goes back
  EXPECT_EQ(limiter.backlog(2'000), 1'000U);
}

TEST(Limiter, AnotherEraPromisesNoMoreThanWasThere) {
  Limiter limiter(3'000);
  EXPECT_EQ(limiter.take(1'000, 0), 0U);
  limiter.begin_anew(1, 50'000);
  EXPECT_EQ(limiter.take(100, 2'000), 1'000U) << "an idle link's credit is what it was";
}

TEST(Limiter, ErasGoRound) {
  Limiter limiter(3'000);
  EXPECT_EQ(limiter.take(1'000, 0), 0U);
  for (std::uint32_t era = 1; era <= 100; ++era) {
    EXPECT_EQ(limiter.take(10, 1'000), 1'000U) << era;
    limiter.begin_anew(era, 1'000);
    EXPECT_EQ(limiter.backlog(1'000), 0U) << era;
  }
}

TEST(Limiter, GivesBackNothingOfAnEraThatIsOver) {
  Limiter limiter(3'000);
  limiter.begin_anew(1, 0);
  EXPECT_EQ(limiter.take(1'000, 0), 0U);
  limiter.give_back(400, 1'000, 0);
  EXPECT_EQ(limiter.backlog(0), 1'000U);
  limiter.give_back(400, 1'000, 1);
  EXPECT_EQ(limiter.backlog(0), 600U);
}

// Workers that share a limiter, stepped by turns, each with a queue that never runs dry.
struct Party {
  Capacity capacity = link_of(kRate);
  std::deque<std::uint64_t> marks;
};

// Sends what is due and keeps the queue filled: one byte a packet, tickets of 64.
std::uint64_t serve(Party& party, Limiter& limiter, Instant now) {
  const std::uint64_t carried = party.capacity.carried(now);
  std::uint64_t sent = 0;
  while (party.marks.empty() || party.marks.front() <= carried) {
    if (party.marks.empty()) {
      const std::uint64_t mark = limiter.take(64, carried);
      for (std::uint64_t n = 1; n <= 64; ++n) party.marks.push_back(mark + n);
    } else {
      party.marks.pop_front();
      ++sent;
    }
  }
  return sent;
}

std::uint64_t sent_until(std::size_t workers, std::int64_t polling_ns, Duration until) {
  Limiter limiter(3'000);
  std::vector<Party> parties(workers);
  std::uint64_t sent = 0;
  for (Instant now; now <= Instant(0) + until; now = now + Duration(polling_ns)) {
    for (Party& party : parties) sent += serve(party, limiter, now);
  }
  return sent;
}

TEST(Limiter, IsExactToTheByteOverAnyPollingInterval) {
  for (const std::int64_t polling : {100, 777, 1'000, 10'000, 31'415}) {
    const std::uint64_t sent = sent_until(1, polling, seconds(1));
    const std::int64_t last_poll = 1'000'000'000 / polling * polling;
    Capacity capacity = link_of(kRate);
    EXPECT_EQ(sent, capacity.carried(Instant(last_poll))) << polling;
  }
}

TEST(Limiter, TheTotalDoesNotGrowWithTheNumberOfWorkers) {
  const std::uint64_t alone = sent_until(1, 1'000, seconds(1));
  EXPECT_EQ(sent_until(2, 1'000, seconds(1)), alone);
  EXPECT_EQ(sent_until(8, 1'000, seconds(1)), alone);
}

TEST(Limiter, NeverExceedsCapacityAndOneBurstOverAnyWindow) {
  Limiter limiter(3'000);
  Capacity capacity = link_of(kRate);
  std::mt19937_64 random(11);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sent;  // carried when it left, bytes
  for (Instant now; now < Instant(0) + seconds(5);
       now = now + Duration(static_cast<std::int64_t>(random() % 4'000'000))) {
    const std::uint64_t carried = capacity.carried(now);
    const std::uint64_t bytes = 1 + random() % 2'000;
    const std::uint64_t left_at = std::max(carried, limiter.take(bytes, carried) + bytes);
    sent.emplace_back(left_at, bytes);
  }
  for (std::size_t from = 0; from < sent.size(); ++from) {
    std::uint64_t window = 0;
    for (std::size_t to = from; to < sent.size(); ++to) {
      window += sent[to].second;
      ASSERT_LE(window, sent[to].first - sent[from].first + 3'000 + sent[from].second);
    }
  }
}

}  // namespace
}  // namespace weir
