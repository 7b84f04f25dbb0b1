#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/frames.h"
#include "support/guarded_memory.h"
#include "unit/wire/corpus.h"
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
  const std::size_t length = build_rst(model_memory.place_at_end(model), built.model_facts, heading, kSequence,
                                       kAcknowledgment, with_ack, out.first<kLargestBuiltFrame>());
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

TEST(BuildRst, SameWayKeepsAddressesPortsAndTags) {
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

TEST(BuildRst, BackSwapsAddressesAndPortsAndKeepsTags) {
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

TEST(BuildRst, ChecksumsAreRight) {
  for (const Bytes& model : models()) {
    for (const Heading heading : {Heading::kSameWay, Heading::kBack}) {
      for (const bool with_ack : {false, true}) {
        const Built built = build(model, heading, with_ack);
        EXPECT_TRUE(test::checksums_hold(built.rst, built.rst_facts));
      }
    }
  }
}

TEST(BuildRst, CarriesTheNumbersItWasGiven) {
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

TEST(BuildRst, HasNoOptionsExtensionsPayloadOrPadding) {
  for (const Bytes& model : models()) {
    const Built built = build(model, Heading::kSameWay, true);
    const std::size_t l3 = built.model_facts.l3_offset;
    EXPECT_EQ(built.rst.size(), l3 + (built.model_facts.is_v6 ? 40U : 20U) + 20U);
    EXPECT_EQ(built.rst_facts.payload_offset, built.rst.size());
    EXPECT_EQ(built.rst_facts.payload_length, 0);
    EXPECT_EQ(built.rst_facts.window, 0);
  }
}

TEST(BuildRst, IsTheFrameThatAHostWouldSend) {
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

TEST(BuildRst, NeverTakesMoreThanItsLargestFrame) {
  EXPECT_EQ(build(tcp6().qinq(1, 2).build(), Heading::kBack, true).rst.size(), kLargestBuiltFrame);
  EXPECT_EQ(build(tcp4().build(), Heading::kBack, true).rst.size(), 54U);
}

}  // namespace
}  // namespace weir
