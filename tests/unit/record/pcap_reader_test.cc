#include "record/pcap_reader.h"

#include <gtest/gtest.h>

#include <vector>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"

namespace weir {
namespace {

constexpr std::uint32_t kMicro = 0xa1b2c3d4;
constexpr std::uint32_t kNano = 0xa1b23c4d;
constexpr std::int64_t kSecond = 1'000'000'000;

struct Read {
  std::int64_t unix_ns;
  std::uint32_t interface;
  std::string bytes;
  std::uint32_t original_length;
  friend bool operator==(const Read&, const Read&) = default;
};

class PcapReaderTest : public testing::Test {
 protected:
  std::vector<Read> read_all(const CaptureBytes& capture) { return read_all(capture.bytes()); }
  std::vector<Read> read_all(const std::string& bytes) {
    file_.write(bytes);
    PcapReader reader(file_.path());
    std::vector<Read> all;
    for (CapturedFrame frame; reader.next(frame);) {
      const std::string text(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size());
      all.push_back({frame.unix_ns, frame.interface, text, frame.original_length});
    }
    damage_ = reader.damage();
    interfaces_ = reader.interfaces();
    return all;
  }
  std::string error_of(const std::string& bytes) {
    return message_of<RunError>([&] { (void)read_all(bytes); });
  }
  /// What is said about byte `at`.
  std::string at(unsigned at, const std::string& why) const {
    return file_.path() + ": at byte " + std::to_string(at) + ": " + why;
  }

  ScratchFile file_;
  std::string damage_;
  std::size_t interfaces_ = 0;
};

TEST_F(PcapReaderTest, BothByteOrdersAndBothResolutions) {
  for (const bool big_endian : {false, true}) {
    for (const std::uint32_t magic : {kMicro, kNano}) {
      const CaptureBytes capture = CaptureBytes(big_endian)
                                       .pcap_header(magic)
                                       .pcap_packet(7, 123'456, "first")
                                       .pcap_packet(4'000'000'000, 9, "");
      const std::int64_t unit = magic == kMicro ? 1'000 : 1;
      const std::vector<Read> expected = {{7 * kSecond + 123'456 * unit, 0, "first", 5},
                                          {4'000'000'000 * kSecond + 9 * unit, 0, "", 0}};
      EXPECT_EQ(read_all(capture), expected);
      EXPECT_EQ(damage_, "");
      EXPECT_EQ(interfaces_, 1U);
    }
  }
}

TEST_F(PcapReaderTest, AFrameThatWasCutKnowsItsLength) {
  EXPECT_EQ(read_all(CaptureBytes().pcap_header(kNano).pcap_packet(0, 0, "abc", 1'000))[0].original_length, 1'003U);
}

TEST_F(PcapReaderTest, PcapngInBothByteOrders) {
  for (const bool big_endian : {false, true}) {
    CaptureBytes capture(big_endian);
    capture.section().interface().interface_with_clock(9, 0).block(0x0bad, CaptureBytes(big_endian).text("unknown"));
    capture.packet(0, 5'000'001, "micro").packet(1, 5'000'000'002, "nano", 60).simple_packet("simple");
    const std::vector<Read> expected = {
        {5'000'001'000, 0, "micro", 5}, {5'000'000'002, 1, "nano", 64}, {5'000'000'002, 0, "simple", 6}};
    EXPECT_EQ(read_all(capture), expected);
    EXPECT_EQ(interfaces_, 2U);
  }
}

TEST_F(PcapReaderTest, PcapngClocks) {
  const std::uint64_t offset = 1'000;
  CaptureBytes capture;
  capture.section().interface_with_clock(3, offset).interface_with_clock(12, offset).interface_with_clock(0x80 | 10, 0);
  capture.packet(0, 1'500, "ms").packet(1, 1'500'000'000'999, "ps").packet(2, 1'536, "1/1024 s");
  const std::vector<Read> read = read_all(capture);
  EXPECT_EQ(read[0].unix_ns, 1'001'500'000'000);
  EXPECT_EQ(read[1].unix_ns, 1'001'500'000'000);
  EXPECT_EQ(read[2].unix_ns, 1'500'000'000);
}

TEST_F(PcapReaderTest, SectionsMayDifferInByteOrderAndCountInterfacesOn) {
  const CaptureBytes little = CaptureBytes(false).section().interface().packet(0, 1, "a");
  const CaptureBytes big = CaptureBytes(true).section().interface().packet(0, 2, "b");
  const std::vector<Read> expected = {{1'000, 0, "a", 1}, {2'000, 1, "b", 1}};
  EXPECT_EQ(read_all(little.bytes() + big.bytes()), expected);
}

TEST_F(PcapReaderTest, TheOldPacketBlockAndASnaplenOfASimpleOne) {
  CaptureBytes capture;
  capture.section().interface(1, 4);
  capture.block(2, CaptureBytes().u16(0).u16(7).u32(0).u32(3).u32(2).u32(2).text("ab"));
  capture.block(3, CaptureBytes().u32(100).text("cut."));
  const std::vector<Read> expected = {{3'000, 0, "ab", 2}, {3'000, 0, "cut.", 100}};
  EXPECT_EQ(read_all(capture), expected);
}

TEST_F(PcapReaderTest, WhatIsNoCaptureSaysWhy) {
  EXPECT_EQ(message_of<RunError>([] { (void)PcapReader("/nonexistent/x.pcap"); }),
            "cannot open the capture /nonexistent/x.pcap: No such file or directory");
  EXPECT_EQ(error_of(""), at(0, "it is empty"));
  EXPECT_EQ(error_of("ab"), at(0, "it is too short for a capture"));
  EXPECT_EQ(error_of("GET / HTTP/1.1"), at(0, "neither pcap nor pcapng (it begins with 47455420)"));
  EXPECT_EQ(error_of("\x1f\x8b\x08\x01"), at(0, "it is compressed: decompress it first"));
  EXPECT_EQ(error_of(CaptureBytes().u32(kMicro).text("short").bytes()), at(0, "its header ends after 9 of 24 bytes"));
  EXPECT_EQ(error_of(CaptureBytes().u32(kMicro).u16(3).text(std::string(18, '\0')).bytes()),
            at(4, "version 3 of pcap is not known, only 2"));
}

TEST_F(PcapReaderTest, OnlyEthernetIsRead) {
  const std::string why = "link type 113 (https://www.tcpdump.org/linktypes.html), weir reads Ethernet, 1, only";
  EXPECT_EQ(error_of(CaptureBytes().pcap_header(kMicro, 113).bytes()), at(20, why));
  EXPECT_EQ(error_of(CaptureBytes().section().interface(113).packet(0, 0, "x").bytes()), at(28, why));
  EXPECT_TRUE(read_all(CaptureBytes().section().interface(113)).empty()) << "none of its packets are there";
  EXPECT_EQ(read_all(CaptureBytes().pcap_header(kMicro, 0x5000'0001).pcap_packet(0, 0, "x")).size(), 1U)
      << "4 bytes of check sequence, as the upper bits say";
}

TEST_F(PcapReaderTest, DamageInTheMiddleIsAnErrorThatNamesTheByte) {
  const std::string header = CaptureBytes().pcap_header(kMicro).pcap_packet(0, 0, "good").bytes();
  EXPECT_EQ(error_of(header + CaptureBytes().u32(0).u32(0).u32(262'145).u32(1).bytes()),
            at(44, "a packet of 262145 bytes: 262144 are the most, so the file is damaged here"));
  const std::string section = CaptureBytes().section().bytes();
  const auto block = [&section](std::uint32_t type, std::uint32_t length, std::uint32_t again, std::size_t body) {
    return section + CaptureBytes().u32(type).u32(length).text(std::string(body, '\0')).u32(again).bytes();
  };
  EXPECT_EQ(error_of(block(5, 13, 13, 0)), at(28, "a block of 13 bytes, so the file is damaged here"));
  EXPECT_EQ(error_of(block(5, 8, 8, 0)), at(28, "a block of 8 bytes, so the file is damaged here"));
  EXPECT_EQ(error_of(block(5, 1U << 30U, 0, 0)), at(28, "a block of 1073741824 bytes, so the file is damaged here"));
  EXPECT_EQ(error_of(block(5, 16, 12, 4)), at(28, "a block that begins as 16 bytes and ends as 12"));
  EXPECT_EQ(error_of(block(6, 16, 16, 4)), at(28, "a packet block of 4 bytes, 20 are the least"));
  EXPECT_EQ(error_of(block(1, 16, 16, 4)), at(28, "an interface description of 4 bytes, 8 are the least"));
  EXPECT_EQ(error_of(block(3, 12, 12, 0)), at(28, "a simple packet block of 0 bytes, 4 are the least"));
  EXPECT_EQ(error_of(block(6, 32, 32, 20)), at(28, "a packet of interface 0, which is not described"));
  EXPECT_EQ(error_of(block(3, 16, 16, 4)), at(28, "a packet of interface 0, which is not described"));
  EXPECT_EQ(error_of(CaptureBytes().u32(0x0a0d0d0a).u32(28).text(std::string(20, 'x')).bytes()),
            at(0, "a section whose byte order is not known"));
}

TEST_F(PcapReaderTest, LengthsInsideABlockAreHeldAgainstIt) {
  const CaptureBytes interface = CaptureBytes().section().interface();
  const auto packet = [](std::uint32_t captured) {
    return CaptureBytes().u32(0).u32(0).u32(0).u32(captured).u32(captured).text("four");
  };
  EXPECT_EQ(error_of(CaptureBytes(interface).block(6, packet(5)).bytes()),
            at(48, "a packet of 5 bytes in a block that has room for 4"));
  EXPECT_EQ(error_of(CaptureBytes(interface).block(6, packet(UINT32_MAX)).bytes()),
            at(48, "a packet of 4294967295 bytes in a block that has room for 4"));
  const CaptureBytes option = CaptureBytes().u16(1).u16(0).u32(0).u16(9).u16(5).u32(0);
  EXPECT_EQ(error_of(CaptureBytes().section().block(1, option).bytes()),
            at(28, "an option that is longer than its block"));
  EXPECT_EQ(error_of(CaptureBytes().section().interface_with_clock(20, 0).bytes()),
            at(28, "timestamps of resolution 20 are finer than weir can count"));
  EXPECT_EQ(error_of(CaptureBytes().section().interface_with_clock(0, 0).packet(0, UINT64_MAX, "x").bytes()),
            at(84, "a packet from outside the years 1970 to 2262"));
}

// Every way in which a file can end early: what came before is read, what is there in part is named.
TEST_F(PcapReaderTest, AFileCutAnywhereGivesWhatCameBefore) {
  const std::string pcap =
      CaptureBytes().pcap_header(kNano).pcap_packet(1, 1, "first").pcap_packet(2, 2, "second").bytes();
  for (std::size_t length = 24; length <= pcap.size(); ++length) {
    const std::size_t whole = length < 24 + 21 ? 0 : length < pcap.size() ? 1 : 2;
    EXPECT_EQ(read_all(pcap.substr(0, length)).size(), whole);
    const bool is_clean = length == 24 || length == 24 + 21 || length == pcap.size();
    EXPECT_EQ(damage_.empty(), is_clean) << damage_;
  }
  (void)read_all(pcap.substr(0, 50));
  EXPECT_EQ(damage_, at(45, "it ends inside a packet (5 bytes are there); what came before is used"));
}

TEST_F(PcapReaderTest, APcapngCutAnywhereGivesWhatCameBefore) {
  for (const bool big_endian : {false, true}) {
    const CaptureBytes one = CaptureBytes(big_endian).section().interface().packet(0, 1, "first");
    const std::string two = CaptureBytes(one).section().interface().packet(0, 1, "second").bytes();
    for (std::size_t length = 28; length <= two.size(); ++length) {
      const std::size_t whole = length < one.bytes().size() ? 0 : length < two.size() ? 1 : 2;
      EXPECT_EQ(read_all(two.substr(0, length)).size(), whole);
    }
    (void)read_all(two.substr(0, two.size() - 1));
    EXPECT_NE(damage_.find("it ends inside a block"), std::string::npos);
    for (std::size_t length = 0; length < 28; ++length) EXPECT_NE(error_of(two.substr(0, length)), "(nothing thrown)");
  }
}

// Whatever the bytes are, the reader ends, with frames, an error, or both.
TEST_F(PcapReaderTest, EveryByteChangedInEveryWayIsSurvived) {
  const std::vector<std::string> captures = {
      CaptureBytes().pcap_header(kMicro).pcap_packet(1, 1, "first").pcap_packet(2, 2, "second").bytes(),
      CaptureBytes().section().interface_with_clock(9, 3).packet(0, 1, "first").simple_packet("second").bytes()};
  for (const std::string& capture : captures) {
    for (std::size_t place = 0; place < capture.size(); ++place) {
      for (const char value : {'\x00', '\x01', '\x7f', '\x80', '\xff'}) {
        std::string changed = capture;
        changed[place] = value;
        (void)error_of(changed);
      }
    }
  }
}

TEST_F(PcapReaderTest, FramesLongerThanTheBufferAreRead) {
  const std::string jumbo(262'144, 'j');
  const std::vector<Read> read =
      read_all(CaptureBytes().pcap_header(kNano).pcap_packet(0, 0, jumbo).pcap_packet(0, 0, jumbo));
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].bytes, jumbo);
}

}  // namespace
}  // namespace weir
