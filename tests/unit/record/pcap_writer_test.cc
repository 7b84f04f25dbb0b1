#include "record/pcap_writer.h"

#include <gtest/gtest.h>

#include <array>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"

namespace weir {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST(PcapWriter, WritesNanosecondsLittleEndian) {
  const ScratchFile file("written.pcap");
  PcapWriter writer(file.path());
  writer.write(1'700'000'000'123'456'789, bytes_of("frame"), 5);
  writer.write(4'294'967'295'999'999'999, bytes_of("cut"), 1'000);
  writer.close();
  CaptureBytes expected;
  expected.u32(0xa1b23c4d).u16(2).u16(4).u32(0).u32(0).u32(262'144).u32(1);
  expected.pcap_packet(1'700'000'000, 123'456'789, "frame").pcap_packet(UINT32_MAX, 999'999'999, "cut", 997);
  EXPECT_EQ(file.read(), expected.bytes());
}

TEST(PcapWriter, WhatCannotBeWrittenSaysWhy) {
  EXPECT_EQ(message_of<RunError>([] { PcapWriter("/nonexistent/x.pcap"); }),
            "cannot create /nonexistent/x.pcap: No such file or directory");
  PcapWriter full("/dev/full");
  full.write(0, bytes_of("frame"), 5);
  EXPECT_EQ(message_of<RunError>([&] { full.close(); }), "cannot write /dev/full: No space left on device");
  PcapWriter writer("/dev/null");
  EXPECT_EQ(message_of<RunError>([&] { writer.write(4'294'967'296'000'000'000, bytes_of("x"), 1); }),
            "cannot write /dev/null: a pcap has no times before 1970 or after 2106");
}

}  // namespace
}  // namespace weir
