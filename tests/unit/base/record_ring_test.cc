#include "base/record_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace weir {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string popped(RecordRing& ring) {
  std::vector<std::byte> bytes;
  if (!ring.pop(bytes)) return "-";
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool add(RecordRing& ring, std::string_view head, std::string_view body = "") {
  const bool fits = ring.write(bytes_of(head), bytes_of(body));
  if (fits) ring.publish_to(ring.mark());
  return fits;
}

TEST(RecordRing, HandsOverRecordsWholeAndInOrder) {
  RecordRing ring(64);
  EXPECT_EQ(popped(ring), "-");
  EXPECT_TRUE(add(ring, "head-", "body"));
  EXPECT_TRUE(add(ring, ""));
  EXPECT_EQ(popped(ring), "head-body");
  EXPECT_EQ(popped(ring), "");
  EXPECT_EQ(popped(ring), "-");
}

TEST(RecordRing, ARecordThatFindsNoRoomIsNotWritten) {
  RecordRing ring(32);
  EXPECT_TRUE(add(ring, "0123456789"));
  EXPECT_FALSE(add(ring, "0123456789", "abcde")) << "4 + 10 are taken, 4 + 15 are asked for";
  EXPECT_TRUE(add(ring, "0123456789", "abcd"));
  EXPECT_FALSE(add(ring, ""));
  EXPECT_EQ(popped(ring), "0123456789");
  EXPECT_TRUE(add(ring, "x"));
  EXPECT_EQ(popped(ring), "0123456789abcd");
  EXPECT_EQ(popped(ring), "x");
}

TEST(RecordRing, GoesRoundAtEveryPlace) {
  RecordRing ring(64);
  std::string expected;
  for (std::size_t length = 0; length < 1'000; ++length) {
    const std::string text(length % 31, static_cast<char>('a' + length % 26));
    ASSERT_TRUE(add(ring, text, text.substr(0, length % 7)));
    EXPECT_EQ(popped(ring), text + text.substr(0, length % 7));
  }
}

TEST(RecordRing, WhatIsNotPublishedIsNotSeenAndCanBeTakenBack) {
  RecordRing ring(64);
  ASSERT_TRUE(ring.write(bytes_of("one"), {}));
  const std::size_t behind_one = ring.mark();
  ASSERT_TRUE(ring.write(bytes_of("two"), {}));
  EXPECT_EQ(popped(ring), "-");
  ring.publish_to(behind_one);
  EXPECT_EQ(popped(ring), "one");
  EXPECT_EQ(popped(ring), "-");
  EXPECT_TRUE(add(ring, "three"));
  EXPECT_EQ(popped(ring), "three") << "two was taken back";
}

}  // namespace
}  // namespace weir
