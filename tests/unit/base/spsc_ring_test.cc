#include "base/spsc_ring.h"

#include <gtest/gtest.h>

#include <thread>

namespace weir {
namespace {

TEST(SpscRing, GivesBackInOrderAndRefusesWhenFull) {
  SpscRing<int> ring(4);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.push(i));
  EXPECT_FALSE(ring.push(4));
  int entry = -1;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(ring.pop(entry));
    EXPECT_EQ(entry, i);
  }
  EXPECT_FALSE(ring.pop(entry));
}

TEST(SpscRing, LosesNothingBetweenTwoThreads) {
  constexpr int kEntries = 200'000;
  SpscRing<int> ring(64);
  std::thread producer([&ring] {
    for (int i = 0; i < kEntries; ++i) {
      while (!ring.push(i)) std::this_thread::yield();
    }
  });
  int expected = 0;
  for (int entry = 0; expected < kEntries;) {
    if (ring.pop(entry)) {
      EXPECT_EQ(entry, expected++);
    } else {
      std::this_thread::yield();
    }
  }
  producer.join();
}

}  // namespace
}  // namespace weir
