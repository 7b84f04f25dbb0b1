#include "http/fact_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "http/kept_head.h"

namespace weir::test {
namespace {

std::vector<std::byte> of_size(std::size_t size, int value) {
  return std::vector<std::byte>(size, static_cast<std::byte>(value));
}
bool equal(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::ranges::equal(a, b);
}

TEST(FactStore, GivesAsManySlotsAsItsMemoryHolds) {
  std::vector<std::byte> memory(FactStore::bytes_for(3) + 100);
  FactStore store(memory);
  EXPECT_EQ(store.slots(), 3);
  const std::uint16_t first = store.acquire();
  const std::uint16_t second = store.acquire();
  const std::uint16_t third = store.acquire();
  EXPECT_EQ(store.acquire(), FactStore::kNone);
  EXPECT_EQ(store.in_use(), 3);
  EXPECT_TRUE(first != second && second != third && first != third);
  store.release(second);
  EXPECT_EQ(store.acquire(), second);
  EXPECT_EQ(store.acquire(), FactStore::kNone);
}

TEST(FactStore, WithoutMemoryNeverHasRoom) {
  FactStore store({});
  EXPECT_EQ(store.slots(), 0);
  EXPECT_EQ(store.acquire(), FactStore::kNone);
}

TEST(FactStore, SlotsKeepTheirBytesApart) {
  std::vector<std::byte> memory(FactStore::bytes_for(2));
  FactStore store(memory);
  const std::uint16_t a = store.acquire();
  const std::uint16_t b = store.acquire();
  EXPECT_TRUE(store.append(a, of_size(FactStore::kSlotBytes - 1, 1)));
  EXPECT_TRUE(store.append(b, of_size(FactStore::kSlotBytes, 2)));
  EXPECT_FALSE(store.append(a, of_size(2, 1)));  // one of the two fits
  EXPECT_FALSE(store.append(b, of_size(1, 2)));
  EXPECT_TRUE(store.append(b, {}));
  EXPECT_TRUE(equal(store.bytes(a), of_size(FactStore::kSlotBytes, 1)));
  EXPECT_TRUE(equal(store.bytes(b), of_size(FactStore::kSlotBytes, 2)));
  store.release(a);
  const std::uint16_t again = store.acquire();
  EXPECT_TRUE(store.bytes(again).empty());
}

TEST(KeptHead, TakesASlotWithItsFirstBytesAndGivesItBack) {
  std::vector<std::byte> memory(FactStore::bytes_for(1));
  FactStore store(memory);
  KeptHead head;
  EXPECT_TRUE(head.empty());
  head.keep(&store, of_size(10, 1));
  head.keep(&store, of_size(10, 1));
  EXPECT_FALSE(head.empty());
  EXPECT_FALSE(head.lost());
  EXPECT_TRUE(equal(head.bytes(&store), of_size(20, 1)));
  head.drop(&store);
  EXPECT_TRUE(head.empty());
  EXPECT_EQ(store.in_use(), 0);
}

TEST(KeptHead, BehindALossNothingIsKept) {
  std::vector<std::byte> memory(FactStore::bytes_for(1));
  FactStore store(memory);
  KeptHead head;
  head.keep(&store, of_size(10, 1));
  head.lose();
  head.keep(&store, of_size(10, 2));
  EXPECT_TRUE(head.lost());
  EXPECT_TRUE(equal(head.bytes(&store), of_size(10, 1)));

  KeptHead without_room;
  without_room.keep(&store, of_size(10, 3));
  EXPECT_TRUE(without_room.lost());
  head.drop(&store);
  without_room.keep(&store, of_size(10, 3));  // the head's first bytes are gone: the slot that is free now is no use
  EXPECT_TRUE(without_room.bytes(&store).empty());
  EXPECT_EQ(store.in_use(), 0);

  KeptHead without_store;
  without_store.keep(nullptr, of_size(1, 1));
  EXPECT_TRUE(without_store.lost());
  EXPECT_TRUE(without_store.bytes(nullptr).empty());
  without_store.drop(nullptr);
  EXPECT_TRUE(without_store.empty());
}

}  // namespace
}  // namespace weir::test
