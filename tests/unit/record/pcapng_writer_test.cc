#include "record/pcapng_writer.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "record/pcap_reader.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"

namespace weir {
namespace {

CapturedFrame captured(std::string_view text, std::int64_t unix_ns, std::uint32_t interface,
                       CaptureDirection direction) {
  return {.unix_ns = unix_ns,
          .interface = interface,
          .direction = direction,
          .original_length = static_cast<std::uint32_t>(text.size()) + 1,
          .bytes = std::as_bytes(std::span(text))};
}

TEST(PcapngWriter, WritesBlocksAsTheyAreSpecified) {
  const ScratchFile file("written.pcapng");
  PcapngWriter writer(file.path());
  writer.describe_interface("A of link 0");
  ASSERT_TRUE(writer.write(captured("frame", 0x1'0000'0002, 0, CaptureDirection::kInbound), ""));
  ASSERT_TRUE(writer.write(captured("four", 3, 0, CaptureDirection::kOutbound), "held"));
  ASSERT_TRUE(writer.close());
  CaptureBytes section;
  section.u32(0x1a2b3c4d).u16(1).u16(0).u64(UINT64_MAX).u16(4).u16(4).text("weir").u32(0);
  CaptureBytes interface;
  interface.u16(1).u16(0).u32(0).u16(2).u16(11).text("A of link 0").pad().u16(9).u16(1).u8(9).pad().u32(0);
  CaptureBytes first;
  first.u32(0).u32(1).u32(2).u32(5).u32(6).text("frame").pad().u16(2).u16(4).u32(1).u32(0);
  CaptureBytes second;
  second.u32(0).u32(0).u32(3).u32(4).u32(5).text("four").u16(1).u16(4).text("held").u16(2).u16(4).u32(2).u32(0);
  EXPECT_EQ(file.read(),
            CaptureBytes().block(0x0a0d0d0a, section).block(1, interface).block(6, first).block(6, second).bytes());
}

TEST(PcapngWriter, IsReadByTheReader) {
  const ScratchFile file("written.pcapng");
  PcapngWriter writer(file.path());
  writer.describe_interface("A");
  writer.describe_interface("B");
  ASSERT_TRUE(writer.write(captured("one", 1'700'000'000'123'456'789, 1, CaptureDirection::kOutbound), "\xe2\x82\xac"));
  ASSERT_TRUE(writer.flush());
  PcapReader reader(file.path());
  CapturedFrame frame;
  ASSERT_TRUE(reader.next(frame));
  EXPECT_EQ(frame.unix_ns, 1'700'000'000'123'456'789);
  EXPECT_EQ(frame.interface, 1U);
  EXPECT_EQ(frame.direction, CaptureDirection::kOutbound);
  EXPECT_EQ(frame.original_length, 4U);
  EXPECT_EQ(frame.bytes.size(), 3U);
  EXPECT_FALSE(reader.next(frame));
}

TEST(PcapngWriter, WhatCannotBeWritten) {
  EXPECT_EQ(message_of<RunError>([] { PcapngWriter writer("/nonexistent/x"); }),
            "cannot create /nonexistent/x: No such file or directory");
  PcapngWriter full("/dev/full");
  (void)full.write(captured("one", 1, 0, CaptureDirection::kInbound), "");
  EXPECT_FALSE(full.flush());
  EXPECT_FALSE(full.write(captured("one", 1, 0, CaptureDirection::kInbound), ""));
}

}  // namespace
}  // namespace weir
