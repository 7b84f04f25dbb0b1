#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "support/frames.h"
#include "support/guarded_memory.h"
#include "unit/wire/corpus.h"
#include "wire/byte_order.h"
#include "wire/tcp_builder.h"

namespace weir {
namespace {

using test::Bytes;
using test::FrameBuilder;

constexpr std::uint32_t kSequence = 0xfedcba98;
constexpr std::uint32_t kAcknowledgment = 0x89abcdef;

/// A RST and the frame that it was modelled on, with the facts of both.
struct Built {
  Bytes model;
  Bytes rst;
  TcpSegment model_facts;
  TcpSegment rst_facts;
};

/// Builds into the last bytes before a forbidden page, from a model that ends before another.
[[nodiscard]] Built build(const Bytes& model, Heading heading, bool with_ack) {
  Built built{.model = model, .rst = {}, .model_facts = {}, .rst_facts = {}};
  EXPECT_EQ(parse_frame(model, built.model_facts), FrameKind::kTcp);
  test::GuardedMemory model_memory(model.size());
  test::GuardedMemory out_memory(kLargestBuiltFrame);
  const auto out = out_memory.place_at_end(Bytes(kLargestBuiltFrame, std::byte{0xaa}));
  const ControlSegment rst{
      .sequence = kSequence,
      .acknowledgment = kAcknowledgment,
      .flags = static_cast<std::uint8_t>(tcp_flag::kRst | (with_ack ? tcp_flag::kAck : 0U)),
  };
  const std::size_t length =
      build_control(model_memory.place_at_end(model), built.model_facts, heading, rst, out.first<kLargestBuiltFrame>());
  built.rst.assign(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(length));
  EXPECT_EQ(parse_frame(built.rst, built.rst_facts), FrameKind::kTcp);
  EXPECT_TRUE(std::ranges::all_of(out.subspan(length), [](std::byte byte) { return byte == std::byte{0xaa}; }));
  return built;
}

[[nodiscard]] std::vector<Bytes> models() {
  std::vector<Bytes> frames;
  for (const test::Sample& sample : test::corpus()) {
    if (sample.kind == FrameKind::kTcp) frames.push_back(sample.frame);
  }
  return frames;
}

[[nodiscard]] FrameBuilder tcp4() {
  return FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(40000, 80);
}
[[nodiscard]] FrameBuilder tcp6() {
  return FrameBuilder().v6("fd00::1", "fd00::2").tcp(40000, 80);
}

TEST(BuildControl, SameWayKeepsAddressesPortsAndTags) {
  for (const Bytes& model : models()) {
    const Built built = build(model, Heading::kSameWay, true);
    EXPECT_EQ(built.rst_facts.source, built.model_facts.source);
    EXPECT_EQ(built.rst_facts.destination, built.model_facts.destination);
    EXPECT_EQ(built.rst_facts.source_port, built.model_facts.source_port);
    EXPECT_EQ(built.rst_facts.destination_port, built.model_facts.destination_port);
    EXPECT_EQ(built.rst_facts.vlan, built.model_facts.vlan);
    EXPECT_EQ(built.rst_facts.is_v6, built.model_facts.is_v6);
    EXPECT_TRUE(std::equal(model.begin(), model.begin() + built.model_facts.l3_offset, built.rst.begin()));
  }
}

TEST(BuildControl, BackSwapsAddressesAndPortsAndKeepsTags) {
  for (const Bytes& model : models()) {
    const Built built = build(model, Heading::kBack, true);
    EXPECT_EQ(built.rst_facts.source, built.model_facts.destination);
    EXPECT_EQ(built.rst_facts.destination, built.model_facts.source);
    EXPECT_EQ(built.rst_facts.source_port, built.model_facts.destination_port);
    EXPECT_EQ(built.rst_facts.destination_port, built.model_facts.source_port);
    EXPECT_EQ(built.rst_facts.vlan, built.model_facts.vlan);
    EXPECT_EQ(built.rst_facts.is_v6, built.model_facts.is_v6);
    EXPECT_TRUE(std::equal(model.begin(), model.begin() + 6, built.rst.begin() + 6));
    EXPECT_TRUE(std::equal(model.begin() + 6, model.begin() + 12, built.rst.begin()));
    EXPECT_TRUE(std::equal(model.begin() + 12, model.begin() + built.model_facts.l3_offset, built.rst.begin() + 12));
  }
}

TEST(BuildControl, ChecksumsAreRight) {
  for (const Bytes& model : models()) {
    for (const Heading heading : {Heading::kSameWay, Heading::kBack}) {
      for (const bool with_ack : {false, true}) {
        const Built built = build(model, heading, with_ack);
        EXPECT_TRUE(test::checksums_hold(built.rst, built.rst_facts));
      }
    }
  }
}

TEST(BuildControl, CarriesTheNumbersItWasGiven) {
  for (const Bytes& model : models()) {
    const TcpSegment with_ack = build(model, Heading::kBack, true).rst_facts;
    EXPECT_EQ(with_ack.flags, tcp_flag::kRst | tcp_flag::kAck);
    EXPECT_EQ(with_ack.sequence, kSequence);
    EXPECT_EQ(with_ack.acknowledgment, kAcknowledgment);

    const TcpSegment without_ack = build(model, Heading::kBack, false).rst_facts;
    EXPECT_EQ(without_ack.flags, tcp_flag::kRst);
    EXPECT_EQ(without_ack.sequence, kSequence);
    EXPECT_EQ(without_ack.acknowledgment, 0U);
  }
}

TEST(BuildControl, HasNoOptionsExtensionsPayloadOrPadding) {
  for (const Bytes& model : models()) {
    const Built built = build(model, Heading::kSameWay, true);
    const std::size_t l3 = built.model_facts.l3_offset;
    EXPECT_EQ(built.rst.size(), l3 + (built.model_facts.is_v6 ? 40U : 20U) + 20U);
    EXPECT_EQ(built.rst_facts.payload_offset, built.rst.size());
    EXPECT_EQ(built.rst_facts.payload_length, 0);
    EXPECT_EQ(built.rst_facts.window, 0);
  }
}

TEST(BuildControl, IsTheFrameThatAHostWouldSend) {
  // The builder of tests/support is the oracle, but for what it always writes otherwise: identification 0x1d.
  Bytes v4 = tcp4()
                 .dont_fragment()
                 .seq(kSequence)
                 .ack(kAcknowledgment)
                 .flags(tcp_flag::kRst | tcp_flag::kAck)
                 .window(0)
                 .build();
  EXPECT_EQ(v4.at(19), std::byte{0x1d});
  v4.at(19) = std::byte{0};
  v4.at(25) = static_cast<std::byte>(std::to_integer<unsigned>(v4.at(25)) + 0x1dU);  // and its share of the checksum
  EXPECT_EQ(build(tcp4().payload("GET /").build(), Heading::kSameWay, true).rst, v4);

  const Bytes v6 = tcp6().vlan(12).seq(kSequence).flags(tcp_flag::kRst).window(0).build();
  EXPECT_EQ(build(tcp6().vlan(12).extension(0).payload("GET /").build(), Heading::kSameWay, false).rst, v6);
}

TEST(BuildControl, NeverTakesMoreThanItsLargestFrame) {
  const Bytes largest = tcp6().qinq(1, 2).timestamps(1, 2).build();
  EXPECT_EQ(build(largest, Heading::kBack, true).rst.size(), kLargestBuiltFrame);
  EXPECT_EQ(build(tcp4().build(), Heading::kBack, true).rst.size(), 54U);
}

TEST(BuildControl, SaysTheFlagsAndTheWindowItWasGiven) {
  const Bytes model = tcp4().payload("x").build();
  TcpSegment facts;
  ASSERT_EQ(parse_frame(model, facts), FrameKind::kTcp);
  Bytes out(kLargestBuiltFrame);
  const ControlSegment fin{.sequence = 1, .acknowledgment = 2, .flags = tcp_flag::kFin | tcp_flag::kAck, .window = 500};
  out.resize(build_control(model, facts, Heading::kSameWay, fin, std::span(out).first<kLargestBuiltFrame>()));
  TcpSegment said;
  ASSERT_EQ(parse_frame(out, said), FrameKind::kTcp);
  EXPECT_EQ(said.flags, tcp_flag::kFin | tcp_flag::kAck);
  EXPECT_EQ(said.window, 500);
  EXPECT_TRUE(test::checksums_hold(out, said));
}

/// The value and echo of a built segment's timestamps, which are all its options.
[[nodiscard]] std::pair<std::uint32_t, std::uint32_t> timestamps_of(const Built& built) {
  EXPECT_EQ(built.rst_facts.payload_offset - built.rst_facts.l4_offset, 32);
  const std::byte* const option = built.rst.data() + built.rst_facts.l4_offset + 24;
  return {load_big_u32(option), load_big_u32(option + 4)};
}

TEST(BuildControl, CopiesTimestampsOnTheSameWayAndSwapsThemBack) {
  for (FrameBuilder model : {tcp4(), tcp6(), tcp4().tcp_options(20)}) {
    const Bytes frame = model.timestamps(0xabcd0001, 0x12340002).payload("x").build();
    const Built forth = build(frame, Heading::kSameWay, true);
    const Built back = build(frame, Heading::kBack, true);
    EXPECT_EQ(timestamps_of(forth), std::pair(0xabcd0001U, 0x12340002U));
    EXPECT_EQ(timestamps_of(back), std::pair(0x12340002U, 0xabcd0001U));
    EXPECT_TRUE(test::checksums_hold(forth.rst, forth.rst_facts));
    EXPECT_TRUE(test::checksums_hold(back.rst, back.rst_facts));
  }
}

TEST(BuildControl, OptionsThatAreCutOrWrongAreNotTimestamps) {
  Bytes frame = tcp4().timestamps(1, 2).build();
  for (const unsigned length : {0U, 1U, 9U, 11U, 200U}) {
    frame.at(14 + 20 + 20 + 3) = static_cast<std::byte>(length);
    EXPECT_EQ(build(frame, Heading::kSameWay, true).rst.size(), 54U) << length;
  }
}

TEST(CopyTrimmed, KeepsTheFirstBytesAndMakesLengthsAndChecksumsRight) {
  for (FrameBuilder builder : {tcp4(), tcp4().ip_options(8).pad_to(200), tcp6().extension(0), tcp6().qinq(1, 2)}) {
    const Bytes frame =
        builder.timestamps(1, 2).flags(tcp_flag::kAck | tcp_flag::kPsh | tcp_flag::kFin).payload("0123456789").build();
    TcpSegment facts;
    ASSERT_EQ(parse_frame(frame, facts), FrameKind::kTcp);
    for (std::size_t kept = 0; kept < facts.payload_length; ++kept) {
      test::GuardedMemory out_memory(facts.payload_offset + kept);
      const auto out = out_memory.place_at_end(Bytes(facts.payload_offset + kept));
      EXPECT_EQ(copy_trimmed(frame, facts, kept, out), out.size());
      TcpSegment trimmed;
      ASSERT_EQ(parse_frame(out, trimmed), FrameKind::kTcp);
      EXPECT_EQ(trimmed.payload_length, kept);
      EXPECT_EQ(trimmed.sequence, facts.sequence);
      EXPECT_EQ(trimmed.flags, tcp_flag::kAck);
      EXPECT_TRUE(test::checksums_hold(out, trimmed));
      EXPECT_TRUE(
          std::equal(out.end() - static_cast<std::ptrdiff_t>(kept), out.end(), frame.begin() + facts.payload_offset));
    }
  }
}

}  // namespace
}  // namespace weir
