#include "wire/tcp_builder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "wire/byte_order.h"
#include "wire/checksum.h"
#include "wire/protocol_numbers.h"
#include "wire/tcp_options.h"

namespace weir {
namespace {

constexpr std::uint8_t kHops = 64;                   // RFC 1700's default time to live, still what hosts send
constexpr std::uint16_t kDontFragment = 0x4000;      // RFC 791, 3.1
constexpr std::byte kIpv4WithoutOptions{0x45};       // version 4, five words of header
constexpr std::uint32_t kIpv6NoClass = 0x6000'0000;  // version 6, traffic class 0, flow label 0
constexpr std::size_t kTimestampOption = 12;         // with two bytes of padding in front (RFC 7323, appendix A)

/// The TCP half of a control segment: who sends it to whom, and what it says.
struct Control {
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port;
  std::uint16_t destination_port;
  std::array<std::byte, kTimestampOption> timestamps;
  std::size_t options;  // bytes of `timestamps` that are sent: all or none
  ControlSegment says;

  [[nodiscard]] std::size_t tcp_length() const { return kTcpHeader + options; }
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

void write_ipv4(const Control& control, std::byte* out) {
  std::memset(out, 0, kIpv4Header);
  out[0] = kIpv4WithoutOptions;
  store_big_u16(out + 2, static_cast<std::uint16_t>(kIpv4Header + control.tcp_length()));
  store_big_u16(out + 6, kDontFragment);
  out[8] = std::byte{kHops};
  out[9] = std::byte{ip_protocol::kTcp};
  std::ranges::copy(on_the_wire(control.source, false), out + 12);
  std::ranges::copy(on_the_wire(control.destination, false), out + 16);
  InternetChecksum checksum;
  checksum.add({out, kIpv4Header});
  store_big_u16(out + 10, checksum.value());
}

void write_ipv6(const Control& control, std::byte* out) {
  store_big_u32(out, kIpv6NoClass);
  store_big_u16(out + 4, static_cast<std::uint16_t>(control.tcp_length()));
  out[6] = std::byte{ip_protocol::kTcp};
  out[7] = std::byte{kHops};
  std::ranges::copy(on_the_wire(control.source, true), out + 8);
  std::ranges::copy(on_the_wire(control.destination, true), out + 24);
}

/// RFC 9293, 3.1: over a pseudo-header of addresses, protocol and length, then header and payload. The checksum field
/// itself must be 0.
[[nodiscard]] std::uint16_t tcp_checksum(const IpAddress& source, const IpAddress& destination, bool is_v6,
                                         std::span<const std::byte> tcp) {
  InternetChecksum checksum;
  checksum.add(on_the_wire(source, is_v6));
  checksum.add(on_the_wire(destination, is_v6));
  checksum.add(std::uint16_t{ip_protocol::kTcp});
  checksum.add(static_cast<std::uint16_t>(tcp.size()));
  checksum.add(tcp);
  return checksum.value();
}

void write_tcp(const Control& control, bool is_v6, std::byte* out) {
  const bool acknowledges = (control.says.flags & tcp_flag::kAck) != 0;
  std::memset(out, 0, kTcpHeader);
  store_big_u16(out, control.source_port);
  store_big_u16(out + 2, control.destination_port);
  store_big_u32(out + 4, control.says.sequence);
  store_big_u32(out + 8, acknowledges ? control.says.acknowledgment : 0);
  out[12] = static_cast<std::byte>(control.tcp_length() / 4 << 4U);
  out[13] = std::byte{control.says.flags};
  store_big_u16(out + 14, control.says.window);
  std::memcpy(out + kTcpHeader, control.timestamps.data(), control.options);
  store_big_u16(out + 16, tcp_checksum(control.source, control.destination, is_v6, {out, control.tcp_length()}));
}

// Writes the newer of what stands there and `value`, modulo 2^32.
void renew(std::byte* at, std::optional<std::uint32_t> value) {
  if (value && static_cast<std::int32_t>(*value - load_big_u32(at)) > 0) store_big_u32(at, *value);
}

void take_timestamps(std::span<const std::byte> model, const TcpSegment& facts, bool back, Control& control) {
  const std::span<const std::byte> option = find_timestamps(model, facts);
  if (option.empty()) return;
  control.options = kTimestampOption;
  control.timestamps[0] = control.timestamps[1] = std::byte{tcp_option::kPadding};
  std::ranges::copy(option, control.timestamps.begin() + 2);
  std::byte* const value = control.timestamps.data() + 4;
  std::byte* const echo = value + 4;
  if (back) std::swap_ranges(value, echo, echo);
  renew(value, control.says.timestamps.of_sender);
  renew(echo, control.says.timestamps.of_receiver);
}

}  // namespace

std::size_t build_control(std::span<const std::byte> model, const TcpSegment& facts, Heading heading,
                          const ControlSegment& control, std::span<std::byte, kLargestBuiltFrame> out) {
  const bool back = heading == Heading::kBack;
  Control built{
      .source = back ? facts.destination : facts.source,
      .destination = back ? facts.source : facts.destination,
      .source_port = back ? facts.destination_port : facts.source_port,
      .destination_port = back ? facts.source_port : facts.destination_port,
      .timestamps = {},
      .options = 0,
      .says = control,
  };
  take_timestamps(model, facts, back, built);
  std::byte* ip = out.data() + facts.l3_offset;
  std::byte* tcp = ip + (facts.is_v6 ? kIpv6Header : kIpv4Header);
  write_ethernet(model, heading, facts.l3_offset, out.data());
  if (facts.is_v6) {
    write_ipv6(built, ip);
  } else {
    write_ipv4(built, ip);
  }
  write_tcp(built, facts.is_v6, tcp);
  return static_cast<std::size_t>(tcp + built.tcp_length() - out.data());
}

std::optional<std::uint32_t> timestamp_of(std::span<const std::byte> frame, const TcpSegment& facts) {
  const std::span<const std::byte> option = find_timestamps(frame, facts);
  if (option.empty()) return std::nullopt;
  return load_big_u32(option.data() + 2);
}

std::size_t copy_trimmed(std::span<const std::byte> frame, const TcpSegment& facts, std::size_t kept,
                         std::span<std::byte> out) {
  const std::size_t length = facts.payload_offset + kept;
  std::memcpy(out.data(), frame.data(), length);
  std::byte* const ip = out.data() + facts.l3_offset;
  if (facts.is_v6) {
    store_big_u16(ip + 4, static_cast<std::uint16_t>(length - facts.l3_offset - kIpv6Header));
  } else {
    store_big_u16(ip + 2, static_cast<std::uint16_t>(length - facts.l3_offset));
    store_big_u16(ip + 10, 0);
    InternetChecksum checksum;
    checksum.add({ip, (load_u8(ip) & 0x0fU) * std::size_t{4}});
    store_big_u16(ip + 10, checksum.value());
  }
  std::byte* const tcp = out.data() + facts.l4_offset;
  tcp[13] &= ~std::byte{tcp_flag::kFin | tcp_flag::kPsh};
  store_big_u16(tcp + 16, 0);
  store_big_u16(tcp + 16, tcp_checksum(facts.source, facts.destination, facts.is_v6, {tcp, length - facts.l4_offset}));
  return length;
}

}  // namespace weir
