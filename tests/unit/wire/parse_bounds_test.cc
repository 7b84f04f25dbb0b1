// Hostile bytes: parse_frame is run on memory whose neighbours may not be touched. A read outside kills the test.
#include <gtest/gtest.h>

#include <string>

#include "support/frames.h"
#include "support/guarded_memory.h"
#include "unit/wire/corpus.h"
#include "wire/tcp_segment.h"

namespace weir {
namespace {

using test::Bytes;
using test::GuardedMemory;

constexpr std::size_t kLargestFrame = 4096;

[[nodiscard]] TcpSegment unlikely_facts() {
  TcpSegment segment;
  segment.source = test::address_of("192.0.2.1");
  segment.sequence = 0xdeadbeef;
  segment.payload_offset = 0xffff;
  segment.payload_length = 0xffff;
  return segment;
}

/// The facts lie inside the frame, in order; a header that is not TCP leaves no facts.
[[nodiscard]] bool is_sound(FrameKind kind, const TcpSegment& facts, std::size_t length) {
  if (kind != FrameKind::kTcp) return facts == unlikely_facts();
  const std::size_t ip_header = facts.l4_offset - std::size_t{facts.l3_offset};
  const std::size_t tcp_header = facts.payload_offset - std::size_t{facts.l4_offset};
  return (facts.l3_offset == 14 || facts.l3_offset == 18 || facts.l3_offset == 22) &&
         (facts.is_v6 ? ip_header >= 40 : ip_header >= 20 && ip_header <= 60) && tcp_header >= 20 && tcp_header <= 60 &&
         std::size_t{facts.payload_offset} + facts.payload_length <= length;
}

/// Parses a copy at either edge of the guarded memory; both must come to the same.
[[nodiscard]] FrameKind parse_guarded(GuardedMemory& memory, std::span<const std::byte> frame, TcpSegment& facts) {
  facts = unlikely_facts();
  TcpSegment facts_at_start = unlikely_facts();
  const FrameKind kind = parse_frame(memory.place_at_end(frame), facts);
  EXPECT_EQ(parse_frame(memory.place_at_start(frame), facts_at_start), kind);
  EXPECT_EQ(facts_at_start, facts);
  return kind;
}

TEST(ParseBounds, EveryTruncationOfEveryFrame) {
  GuardedMemory memory(kLargestFrame);
  for (const test::Sample& sample : test::corpus()) {
    TcpSegment whole;
    ASSERT_EQ(parse_guarded(memory, sample.frame, whole), sample.kind) << sample.name;
    for (std::size_t length = 0; length <= sample.frame.size(); ++length) {
      TcpSegment facts;
      const FrameKind kind = parse_guarded(memory, std::span(sample.frame).first(length), facts);
      const bool is_whole = length >= sample.least_length;
      ASSERT_EQ(kind, is_whole ? sample.kind : FrameKind::kMalformed) << sample.name << ", " << length << " bytes";
      ASSERT_EQ(facts, is_whole ? whole : unlikely_facts()) << sample.name << ", " << length << " bytes";
    }
  }
}

TEST(ParseBounds, EveryValueOfEveryByteOfEveryFrame) {
  GuardedMemory memory(kLargestFrame);
  for (const test::Sample& sample : test::corpus()) {
    Bytes frame = sample.frame;
    for (std::size_t offset = 0; offset < frame.size(); ++offset) {
      for (unsigned value = 0; value < 256; ++value) {
        frame[offset] = static_cast<std::byte>(value);
        TcpSegment facts;
        const FrameKind kind = parse_guarded(memory, frame, facts);
        ASSERT_TRUE(is_sound(kind, facts, frame.size())) << sample.name << ", byte " << offset << " = " << value;
      }
      frame[offset] = sample.frame[offset];
    }
  }
}

TEST(ParseBounds, EveryValueOfEveryByteOfEveryTruncatedHeader) {
  // Lengths that lie, in a frame that ends before what they promise.
  GuardedMemory memory(kLargestFrame);
  for (const test::Sample& sample : test::corpus()) {
    for (std::size_t length = 14; length < sample.least_length; length += 5) {
      Bytes frame(sample.frame.begin(), sample.frame.begin() + static_cast<std::ptrdiff_t>(length));
      for (std::size_t offset = 12; offset < length; ++offset) {
        const std::byte original = frame[offset];
        for (unsigned value = 0; value < 256; ++value) {
          frame[offset] = static_cast<std::byte>(value);
          TcpSegment facts = unlikely_facts();
          const FrameKind kind = parse_frame(memory.place_at_end(frame), facts);
          ASSERT_TRUE(is_sound(kind, facts, length)) << sample.name << ", byte " << offset << " = " << value;
        }
        frame[offset] = original;
      }
    }
  }
}

}  // namespace
}  // namespace weir
