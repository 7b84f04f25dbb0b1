#include "support/conversation.h"

#include <gtest/gtest.h>

#include "wire/byte_order.h"

namespace weir::test {
namespace {

constexpr std::uint32_t kTimestamps = 12;  // all options that weir writes: two of padding, and the ten bytes

std::optional<std::uint32_t> word_before_payload(const Bytes& frame, std::size_t bytes_before) {
  const TcpSegment facts = facts_of(frame);
  if (facts.payload_offset - facts.l4_offset != 20U + kTimestamps) return std::nullopt;
  return load_big_u32(frame.data() + facts.payload_offset - bytes_before);
}

}  // namespace

TcpSegment facts_of(const Bytes& frame) {
  TcpSegment segment;
  EXPECT_EQ(parse_frame(frame, segment), FrameKind::kTcp);
  return segment;
}

TcpSegment facts_of(const Departure& departure) {
  return facts_of(departure.frame);
}

void Conversation::opens() {
  says(Side::kA, tcp_flag::kSyn);
  says(Side::kB, tcp_flag::kSyn | tcp_flag::kAck);
  says(Side::kA, tcp_flag::kAck);
}

void Conversation::says(Side end, std::uint8_t flags, std::string_view payload) {
  Said& said = said_[index_of(end)];
  said.value = ++clock_;
  FrameBuilder builder = from(end);
  said.frame = builder.flags(flags).payload(payload).build();
  const bool takes_one = (flags & (tcp_flag::kSyn | tcp_flag::kFin)) != 0;
  next_[index_of(end)] += static_cast<std::uint32_t>(payload.size()) + (takes_one ? 1U : 0U);
  bench_.arrive(end, said.frame);
  bench_.turn();
}

void Conversation::loses(Side end, std::string_view payload) {
  said_[index_of(end)].value = ++clock_;
  next_[index_of(end)] += static_cast<std::uint32_t>(payload.size());
}

void Conversation::repeats_last(Side end) {
  bench_.arrive(end, said_[index_of(end)].frame);
  bench_.turn();
}

FrameBuilder Conversation::from(Side end) const {
  const bool is_client = end == Side::kA;
  const bool is_v6 = dress_ == Dress::kV6 || dress_ == Dress::kQinqV6;
  FrameBuilder builder;
  if (dress_ == Dress::kVlan) builder.vlan(100);
  if (dress_ == Dress::kQinqV6) builder.qinq(200, 100);
  const std::string_view client = is_v6 ? "fd09::1" : "10.9.0.1";
  const std::string_view server = is_v6 ? "fd09::2" : "10.9.0.2";
  const std::string_view source = is_client ? client : server;
  const std::string_view destination = is_client ? server : client;
  is_v6 ? builder.v6(source, destination) : builder.v4(source, destination);
  is_client ? builder.tcp(40'000, 80) : builder.tcp(80, 40'000);
  const Side peer = other(end);
  return builder.seq(next_[index_of(end)])
      .ack(next_[index_of(peer)])
      .timestamps(said_[index_of(end)].value, said_[index_of(peer)].value);
}

std::optional<std::uint32_t> Conversation::timestamp_value_of(const Bytes& frame) {
  return word_before_payload(frame, 8);
}

std::optional<std::uint32_t> Conversation::timestamp_echo_of(const Bytes& frame) {
  return word_before_payload(frame, 4);
}

}  // namespace weir::test
