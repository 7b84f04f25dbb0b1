#include "wire/tcp_builder.h"

#include <algorithm>
#include <cstring>

#include "wire/byte_order.h"
#include "wire/checksum.h"
#include "wire/protocol_numbers.h"

namespace weir {
namespace {

constexpr std::uint8_t kHops = 64;                     // RFC 1700's default time to live, still what hosts send
constexpr std::uint16_t kDontFragment = 0x4000;        // RFC 791, 3.1
constexpr std::byte kIpv4WithoutOptions{0x45};         // version 4, five words of header
constexpr std::uint32_t kIpv6NoClass = 0x6000'0000;    // version 6, traffic class 0, flow label 0
constexpr std::uint8_t kTcpWithoutOptions = 5U << 4U;  // data offset: five words of header

/// The TCP half of a RST: who sends it to whom, and where it stands.
struct Reset {
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port;
  std::uint16_t destination_port;
  std::uint32_t sequence;
  std::uint32_t acknowledgment;
  std::uint8_t flags;
};

/// An address as it stands in its IP header: four bytes or sixteen.
[[nodiscard]] std::span<const std::byte> on_the_wire(const IpAddress& address, bool is_v6) {
  const std::span<const std::byte> whole(address.bytes);
  return is_v6 ? whole : whole.last(4);
}

void write_ethernet(std::span<const std::byte> model, Heading heading, std::size_t length, std::byte* out) {
  std::memcpy(out, model.data(), length);
  if (heading == Heading::kBack) std::swap_ranges(out, out + kMacAddress, out + kMacAddress);
}

void write_ipv4(const Reset& reset, std::byte* out) {
  std::memset(out, 0, kIpv4Header);
  out[0] = kIpv4WithoutOptions;
  store_big_u16(out + 2, static_cast<std::uint16_t>(kIpv4Header + kTcpHeader));
  store_big_u16(out + 6, kDontFragment);
  out[8] = std::byte{kHops};
  out[9] = std::byte{ip_protocol::kTcp};
  std::ranges::copy(on_the_wire(reset.source, false), out + 12);
  std::ranges::copy(on_the_wire(reset.destination, false), out + 16);
  InternetChecksum checksum;
  checksum.add({out, kIpv4Header});
  store_big_u16(out + 10, checksum.value());
}

void write_ipv6(const Reset& reset, std::byte* out) {
  store_big_u32(out, kIpv6NoClass);
  store_big_u16(out + 4, static_cast<std::uint16_t>(kTcpHeader));
  out[6] = std::byte{ip_protocol::kTcp};
  out[7] = std::byte{kHops};
  std::ranges::copy(on_the_wire(reset.source, true), out + 8);
  std::ranges::copy(on_the_wire(reset.destination, true), out + 24);
}

/// RFC 9293, 3.1: over a pseudo-header of addresses, protocol and length, then header and payload.
[[nodiscard]] std::uint16_t tcp_checksum(const Reset& reset, bool is_v6, std::span<const std::byte> tcp) {
  InternetChecksum checksum;
  checksum.add(on_the_wire(reset.source, is_v6));
  checksum.add(on_the_wire(reset.destination, is_v6));
  checksum.add(std::uint16_t{ip_protocol::kTcp});
  checksum.add(static_cast<std::uint16_t>(tcp.size()));
  checksum.add(tcp);
  return checksum.value();
}

void write_tcp(const Reset& reset, bool is_v6, std::byte* out) {
  std::memset(out, 0, kTcpHeader);
  store_big_u16(out, reset.source_port);
  store_big_u16(out + 2, reset.destination_port);
  store_big_u32(out + 4, reset.sequence);
  store_big_u32(out + 8, reset.acknowledgment);
  out[12] = std::byte{kTcpWithoutOptions};
  out[13] = std::byte{reset.flags};
  store_big_u16(out + 16, tcp_checksum(reset, is_v6, {out, kTcpHeader}));
}

}  // namespace

std::size_t build_rst(std::span<const std::byte> model, const TcpSegment& facts, Heading heading,
                      std::uint32_t sequence, std::uint32_t acknowledgment, bool acknowledgment_valid,
                      std::span<std::byte, kLargestBuiltFrame> out) {
  const bool back = heading == Heading::kBack;
  const Reset reset{
      .source = back ? facts.destination : facts.source,
      .destination = back ? facts.source : facts.destination,
      .source_port = back ? facts.destination_port : facts.source_port,
      .destination_port = back ? facts.source_port : facts.destination_port,
      .sequence = sequence,
      .acknowledgment = acknowledgment_valid ? acknowledgment : 0,
      .flags = static_cast<std::uint8_t>(tcp_flag::kRst | (acknowledgment_valid ? tcp_flag::kAck : 0U)),
  };
  std::byte* ip = out.data() + facts.l3_offset;
  std::byte* tcp = ip + (facts.is_v6 ? kIpv6Header : kIpv4Header);
  write_ethernet(model, heading, facts.l3_offset, out.data());
  if (facts.is_v6) {
    write_ipv6(reset, ip);
  } else {
    write_ipv4(reset, ip);
  }
  write_tcp(reset, facts.is_v6, tcp);
  return static_cast<std::size_t>(tcp + kTcpHeader - out.data());
}

}  // namespace weir
