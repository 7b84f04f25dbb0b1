#include "flow/flow_ages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <vector>

#include "base/draw.h"

namespace weir {
namespace {

using Kind = FlowAges::Kind;
constexpr std::array kKinds{Kind::kLiving, Kind::kEnded};

/// Lists in memory of exactly the size they ask for, dirty before.
class OwnedAges {
 public:
  explicit OwnedAges(std::uint32_t flows)
      : memory_(FlowAges::bytes_for(flows) / sizeof(std::uint32_t), 0xa5a5'a5a5U),
        ages_(std::as_writable_bytes(std::span(memory_)), flows) {}
  FlowAges* operator->() { return &ages_; }

 private:
  std::vector<std::uint32_t> memory_;
  FlowAges ages_;
};

/// The same by the book: lists by second, and what became older than can be told apart.
class Oracle {
 public:
  void put(std::uint32_t slot, Kind kind, std::uint32_t second) {
    remove(slot);
    newest_ = std::max(newest_, second);
    for (Side& side : sides_) retire(side);
    Side& side = sides_[static_cast<std::size_t>(kind)];
    (is_old(second) ? side.old : side.seconds[second]).push_back(slot);
  }

  void remove(std::uint32_t slot) {
    for (Side& side : sides_) {
      side.old.remove(slot);
      for (auto& [second, slots] : side.seconds) slots.remove(slot);
      std::erase_if(side.seconds, [](const auto& entry) { return entry.second.empty(); });
    }
  }

  [[nodiscard]] std::uint32_t oldest(Kind kind) const {
    const Side& side = sides_[static_cast<std::size_t>(kind)];
    if (!side.old.empty()) return side.old.front();
    return side.seconds.empty() ? FlowAges::kNone : side.seconds.begin()->second.front();
  }

 private:
  struct Side {
    std::list<std::uint32_t> old;
    std::map<std::uint32_t, std::list<std::uint32_t>> seconds;
  };

  [[nodiscard]] bool is_old(std::uint32_t second) const { return newest_ - second >= FlowAges::kSeconds; }
  void retire(Side& side) {
    while (!side.seconds.empty() && is_old(side.seconds.begin()->first)) {
      side.old.splice(side.old.end(), side.seconds.begin()->second);
      side.seconds.erase(side.seconds.begin());
    }
  }

  std::array<Side, 2> sides_;
  std::uint32_t newest_ = 0;
};

/// Seconds that go by at a time: mostly none or few, at times more than are told apart.
std::uint32_t step_of(std::uint64_t bits) {
  constexpr std::array<std::uint32_t, 8> kSteps{0, 0, 0, 1, 3, 100, 1023, 5000};
  return kSteps[bits >> 8U & 7U] / (bits & 1U ? 1U : 50U);
}

TEST(FlowAges, AgreesWithListsBySecond) {
  constexpr std::uint32_t kFlows = 40;
  OwnedAges ages(kFlows);
  Oracle oracle;
  std::uint32_t now = 0;
  for (std::uint64_t step = 0; step < 40'000; ++step) {
    const std::uint64_t bits = draw_bits(21, 0, step);
    now += step_of(bits);
    const auto slot = static_cast<std::uint32_t>(bits >> 16U) % kFlows;
    const Kind kind = kKinds[bits >> 60U & 1U];
    const std::uint32_t back = bits >> 61U & 1U ? 0U : static_cast<std::uint32_t>(bits >> 40U) % 1500;
    if ((bits >> 62U) == 0) {
      ages->remove(slot);
      oracle.remove(slot);
    } else {
      ages->put(slot, kind, now - std::min(now, back));
      oracle.put(slot, kind, now - std::min(now, back));
    }
    for (const Kind asked : kKinds) ASSERT_EQ(ages->oldest(asked), oracle.oldest(asked)) << step;
  }
}

TEST(FlowAges, IsEmptyAtFirstAndAfterTheLastIsTakenOut) {
  OwnedAges ages(2);
  for (const Kind kind : kKinds) EXPECT_EQ(ages->oldest(kind), FlowAges::kNone);
  ages->remove(0);  // in no list: nothing happens
  ages->put(1, Kind::kEnded, 7);
  EXPECT_EQ(ages->oldest(Kind::kLiving), FlowAges::kNone);
  EXPECT_EQ(ages->oldest(Kind::kEnded), 1U);
  ages->remove(1);
  ages->remove(1);
  EXPECT_EQ(ages->oldest(Kind::kEnded), FlowAges::kNone);
}

TEST(FlowAges, RemembersWhatASlotWasPutWith) {
  OwnedAges ages(1);
  constexpr std::uint32_t kLatest = (std::uint32_t{1} << 31U) - 1;
  ages->put(0, Kind::kEnded, kLatest);
  EXPECT_EQ(ages->kind_of(0), Kind::kEnded);
  EXPECT_EQ(ages->second_of(0), kLatest);
  EXPECT_EQ(ages->newest(), kLatest);
  ages->put(0, Kind::kLiving, 3);
  EXPECT_EQ(ages->kind_of(0), Kind::kLiving);
  EXPECT_EQ(ages->second_of(0), 3U);
  EXPECT_EQ(ages->newest(), kLatest);
  EXPECT_EQ(ages->oldest(Kind::kLiving), 0U);
}

TEST(FlowAges, TheLastSecondToldApartIsStillInOrder) {
  OwnedAges ages(3);
  ages->put(0, Kind::kLiving, 1023);
  ages->put(1, Kind::kLiving, 0);
  EXPECT_EQ(ages->oldest(Kind::kLiving), 1U);
  ages->put(2, Kind::kLiving, 1024);  // takes the place of second 0, which is old now
  EXPECT_EQ(ages->oldest(Kind::kLiving), 1U);
  ages->remove(1);
  EXPECT_EQ(ages->oldest(Kind::kLiving), 0U);
  ages->remove(0);
  EXPECT_EQ(ages->oldest(Kind::kLiving), 2U);
}

}  // namespace
}  // namespace weir
