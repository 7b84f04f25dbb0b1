// Congestion marks: what is marked, that checksums hold, and that nothing else changes.
#include "wire/congestion_mark.h"

#include <gtest/gtest.h>

#include "support/frames.h"

namespace weir::test {
namespace {

FrameBuilder v4(unsigned dscp, unsigned ecn) {
  return FrameBuilder().v4("10.9.0.2", "10.9.0.1").dscp(dscp, ecn).tcp(80, 40'000).payload("hello");
}
FrameBuilder v6(unsigned dscp, unsigned ecn) {
  return FrameBuilder().v6("fd09::2", "fd09::1").dscp(dscp, ecn).tcp(80, 40'000).payload("hello");
}

// The frame that is built with CE is the one that marking makes, checksum and all.
TEST(CongestionMark, IsWhatASenderWouldHaveWritten) {
  for (unsigned dscp = 0; dscp < 64; ++dscp) {
    for (const unsigned ecn : {1U, 2U, 3U}) {
      Bytes frame = v4(dscp, ecn).build();
      EXPECT_TRUE(mark_congestion(frame));
      EXPECT_EQ(frame, v4(dscp, 3).build()) << dscp << " " << ecn;
      frame = v6(dscp, ecn).build();
      EXPECT_TRUE(mark_congestion(frame));
      EXPECT_EQ(frame, v6(dscp, 3).build()) << dscp << " " << ecn;
    }
  }
}

TEST(CongestionMark, LeavesAloneWhatDoesNotUnderstandIt) {
  for (const Bytes& before : {v4(10, 0).build(), v6(10, 0).build()}) {
    Bytes frame = before;
    EXPECT_FALSE(mark_congestion(frame));
    EXPECT_EQ(frame, before);
  }
}

TEST(CongestionMark, GoesBehindTagsAndOptions) {
  Bytes frame = v4(0, 1).qinq(7, 8).ip_options(12).build();
  EXPECT_TRUE(mark_congestion(frame));
  EXPECT_EQ(frame, v4(0, 3).qinq(7, 8).ip_options(12).build());
}

TEST(CongestionMark, IsForIpOnly) {
  Bytes arp = FrameBuilder().arp("10.9.0.1", "10.9.0.2").build();
  EXPECT_FALSE(mark_congestion(arp));
}

TEST(CongestionMark, NeverLooksBehindTheFrame) {
  const Bytes whole = v4(0, 2).qinq(7, 8).build();
  for (std::size_t length = 0; length < 14 + 8 + 20; ++length) {
    Bytes piece(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const Bytes before = piece;
    EXPECT_FALSE(mark_congestion(piece)) << length;
    EXPECT_EQ(piece, before);
  }
}

}  // namespace
}  // namespace weir::test
