// The builder that later tests stand on: its own lengths and checksums, by bytes and sums known beforehand.
#include "support/frames.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "unit/wire/corpus.h"

namespace weir::test {
namespace {

TEST(Frames, ChecksumsOfEveryTcpFrameHold) {
  for (const Sample& sample : corpus()) {
    TcpSegment facts;
    if (parse_frame(sample.frame, facts) != FrameKind::kTcp) continue;
    EXPECT_TRUE(checksums_hold(sample.frame, facts)) << sample.name;
    Bytes broken = sample.frame;
    broken.at(facts.l4_offset) ^= std::byte{1};
    EXPECT_FALSE(checksums_hold(broken, facts)) << sample.name;
  }
}

TEST(Frames, AnIpv4ChecksumThatIsWrongIsSeen) {
  Bytes frame = FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(1, 2).build();
  TcpSegment facts;
  ASSERT_EQ(parse_frame(frame, facts), FrameKind::kTcp);
  frame.at(14 + 8) ^= std::byte{1};  // time to live: no part of TCP's checksum
  EXPECT_FALSE(checksums_hold(frame, facts));
}

TEST(Frames, LayersStandInTheirOrder) {
  const Bytes frame = FrameBuilder()
                          .macs({1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12})
                          .qinq(0x64, 0xc8)
                          .v4("10.9.0.1", "10.9.0.2")
                          .udp(5000, 53)
                          .payload("ab")
                          .build();
  constexpr std::array<std::uint8_t, 52> kExpected = {
      7,    8,    9,    10,   11,   12,   1,    2,    3,    4,    5,    6,                    // MACs
      0x88, 0xa8, 0x00, 0x64, 0x81, 0x00, 0x00, 0xc8, 0x08, 0x00,                             // tags, IPv4
      0x45, 0x00, 0x00, 0x1e, 0x00, 0x1d, 0x00, 0x00, 0x40, 0x11, 0x66, 0x9e, 10,  9,  0, 1,  // IPv4
      10,   9,    0,    2,    0x13, 0x88, 0x00, 0x35, 0x00, 0x0a, 0x76, 0xa6, 'a', 'b'};      // UDP
  EXPECT_TRUE(std::ranges::equal(frame, std::as_bytes(std::span(kExpected))));
}

TEST(Frames, AddressesThatAreNoneAreRefused) {
  EXPECT_THROW((void)address_of("10.9.0"), std::invalid_argument);
}

}  // namespace
}  // namespace weir::test
