#include "support/frames.h"

#include <arpa/inet.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace weir::test {
namespace {

constexpr std::uint8_t kNoOperation = 1;  // as an option of IPv4 and of TCP alike
constexpr std::uint8_t kFragmentHeader = 44;

void put(Bytes& out, std::span<const std::byte> bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
void put_u8(Bytes& out, unsigned value) {
  out.push_back(static_cast<std::byte>(value));
}
void put_u16(Bytes& out, std::size_t value) {
  if (value > 0xffff) throw std::out_of_range("a 16-bit field cannot hold " + std::to_string(value));
  put_u8(out, static_cast<unsigned>(value >> 8U));
  put_u8(out, static_cast<unsigned>(value & 0xffU));
}
void put_u32(Bytes& out, std::uint32_t value) {
  put_u16(out, value >> 16U);
  put_u16(out, value & 0xffffU);
}

/// Four bytes of an IPv4 address, sixteen of another.
[[nodiscard]] std::span<const std::byte> wire_form(const IpAddress& address) {
  const std::span<const std::byte> whole(address.bytes);
  return address.is_v4() ? whole.subspan(12) : whole;
}

/// Writes the checksum of `covered` into `packet`, whose checksum field is still zero.
void set_checksum(Bytes& packet, std::size_t field, std::span<const std::byte> covered) {
  const unsigned checksum = 0xffffU & ~static_cast<unsigned>(ones_complement_sum(covered));
  packet.at(field) = static_cast<std::byte>(checksum >> 8U);
  packet.at(field + 1) = static_cast<std::byte>(checksum & 0xffU);
}

[[nodiscard]] Bytes joined(Bytes front, std::span<const std::byte> back) {
  put(front, back);
  return front;
}

[[nodiscard]] Bytes pseudo_header_of(const IpAddress& source, const IpAddress& destination, std::uint8_t protocol,
                                     std::size_t length) {
  Bytes out;
  put(out, wire_form(source));
  put(out, wire_form(destination));
  put_u32(out, static_cast<std::uint32_t>(length));
  put_u32(out, protocol);
  return out;
}

}  // namespace

Bytes bytes_of(std::string_view text) {
  Bytes out;
  for (const char letter : text) out.push_back(static_cast<std::byte>(letter));
  return out;
}

IpAddress address_of(std::string_view text) {
  const std::string name(text);
  std::array<std::byte, 4> octets{};
  IpAddress address;
  if (inet_pton(AF_INET, name.c_str(), octets.data()) == 1) return IpAddress::v4(octets);
  if (inet_pton(AF_INET6, name.c_str(), address.bytes.data()) == 1) return address;
  throw std::invalid_argument("not an IP address: " + name);
}

std::uint16_t ones_complement_sum(std::span<const std::byte> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto high = std::to_integer<std::uint32_t>(bytes[i]);
    const auto low = i + 1 < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + 1]) : 0U;
    sum += high * 256U + low;
    if (sum > 0xffffU) sum -= 0xffffU;
  }
  return static_cast<std::uint16_t>(sum);
}

bool checksums_hold(std::span<const std::byte> frame, const TcpSegment& facts) {
  const std::size_t header_length = facts.l4_offset - std::size_t{facts.l3_offset};
  if (!facts.is_v6 && ones_complement_sum(frame.subspan(facts.l3_offset, header_length)) != 0xffff) return false;
  const std::size_t end = std::size_t{facts.payload_offset} + facts.payload_length;
  const auto tcp = frame.subspan(facts.l4_offset, end - facts.l4_offset);
  return ones_complement_sum(joined(pseudo_header_of(facts.source, facts.destination, 6, tcp.size()), tcp)) == 0xffff;
}

FrameBuilder& FrameBuilder::macs(std::array<std::uint8_t, 6> source, std::array<std::uint8_t, 6> destination) {
  source_mac_ = source;
  destination_mac_ = destination;
  return *this;
}

FrameBuilder& FrameBuilder::vlan(std::uint16_t id, std::uint16_t type) {
  tags_.push_back({type, id});
  return *this;
}

FrameBuilder& FrameBuilder::v4(std::string_view source, std::string_view destination) {
  network_ = Network::kV4;
  ethertype_ = 0x0800;
  source_ = address_of(source);
  destination_ = address_of(destination);
  return *this;
}

FrameBuilder& FrameBuilder::v6(std::string_view source, std::string_view destination) {
  network_ = Network::kV6;
  ethertype_ = 0x86dd;
  source_ = address_of(source);
  destination_ = address_of(destination);
  return *this;
}

FrameBuilder& FrameBuilder::dont_fragment() {
  fragment_word_ |= 0x4000U;
  return *this;
}

FrameBuilder& FrameBuilder::dscp(unsigned value, unsigned ecn) {
  traffic_class_ = value << 2U | ecn;
  return *this;
}

FrameBuilder& FrameBuilder::ip_options(std::size_t length) {
  ip_options_ = length;
  return *this;
}

FrameBuilder& FrameBuilder::extension(std::uint8_t number, std::size_t length) {
  Bytes contents;
  put_u8(contents, static_cast<unsigned>(length / 8 - 1));
  std::size_t left = length - 2;
  while (left > 0) {  // PadN holds at most 255 bytes behind its own two; never leave one byte over
    const std::size_t option = std::min<std::size_t>(left, left == 258 ? 256 : 257);
    put_u8(contents, 1);
    put_u8(contents, static_cast<unsigned>(option - 2));
    contents.resize(contents.size() + option - 2);
    left -= option;
  }
  extensions_.push_back({number, contents});
  return *this;
}

FrameBuilder& FrameBuilder::fragment(std::size_t offset, bool more) {
  if (network_ == Network::kV4) {
    fragment_word_ = static_cast<std::uint16_t>((fragment_word_ & 0x4000U) | (more ? 0x2000U : 0U) | offset / 8);
    return *this;
  }
  Bytes contents;
  put_u8(contents, 0);
  put_u16(contents, offset | (more ? 1U : 0U));
  put_u32(contents, 0x1d);  // identification
  extensions_.push_back({kFragmentHeader, contents});
  return *this;
}

FrameBuilder& FrameBuilder::tcp(std::uint16_t source_port, std::uint16_t destination_port) {
  transport_ = Transport::kTcp;
  protocol_ = 6;
  source_port_ = source_port;
  destination_port_ = destination_port;
  return *this;
}

FrameBuilder& FrameBuilder::seq(std::uint32_t number) {
  sequence_ = number;
  return *this;
}

FrameBuilder& FrameBuilder::ack(std::uint32_t number) {
  acknowledgment_ = number;
  return *this;
}

FrameBuilder& FrameBuilder::flags(unsigned flags) {
  flags_ = static_cast<std::uint8_t>(flags);
  return *this;
}

FrameBuilder& FrameBuilder::window(std::uint16_t bytes) {
  window_ = bytes;
  return *this;
}

FrameBuilder& FrameBuilder::tcp_options(std::size_t length) {
  tcp_options_.assign(length, std::byte{kNoOperation});
  return *this;
}

FrameBuilder& FrameBuilder::tcp_option(std::span<const std::uint8_t> bytes) {
  for (std::size_t odd = bytes.size() % 4; odd % 4 != 0; ++odd) put_u8(tcp_options_, kNoOperation);
  for (const std::uint8_t byte : bytes) put_u8(tcp_options_, byte);
  return *this;
}

FrameBuilder& FrameBuilder::option_of_two(std::uint8_t kind, std::uint32_t first, std::uint32_t second) {
  constexpr std::uint32_t kLength = 10;
  put_u16(tcp_options_, kNoOperation << 8U | kNoOperation);
  put_u16(tcp_options_, static_cast<std::uint32_t>(kind) << 8U | kLength);
  put_u32(tcp_options_, first);
  put_u32(tcp_options_, second);
  return *this;
}

FrameBuilder& FrameBuilder::sack(std::uint32_t from, std::uint32_t to) {
  return option_of_two(5, from, to);
}

FrameBuilder& FrameBuilder::timestamps(std::uint32_t value, std::uint32_t echo) {
  return option_of_two(8, value, echo);
}

FrameBuilder& FrameBuilder::udp(std::uint16_t source_port, std::uint16_t destination_port) {
  transport_ = Transport::kUdp;
  protocol_ = 17;
  source_port_ = source_port;
  destination_port_ = destination_port;
  return *this;
}

FrameBuilder& FrameBuilder::icmp() {
  transport_ = Transport::kIcmp;
  protocol_ = network_ == Network::kV6 ? 58 : 1;
  return *this;
}

FrameBuilder& FrameBuilder::arp(std::string_view asking, std::string_view wanted) {
  Bytes request = {
      std::byte{0}, std::byte{1}, std::byte{8}, std::byte{0}, std::byte{6},
      std::byte{4}, std::byte{0}, std::byte{1}};  // Ethernet, IPv4, their address lengths, request (RFC 826)
  put(request, std::as_bytes(std::span(source_mac_)));
  put(request, wire_form(address_of(asking)));
  request.resize(request.size() + 6);
  put(request, wire_form(address_of(wanted)));
  return raw(0x0806).payload(request);
}

FrameBuilder& FrameBuilder::raw(std::uint16_t ethertype) {
  network_ = Network::kNone;
  ethertype_ = ethertype;
  return *this;
}

FrameBuilder& FrameBuilder::protocol(std::uint8_t number) {
  transport_ = Transport::kNone;
  protocol_ = number;
  return *this;
}

FrameBuilder& FrameBuilder::payload(std::string_view text) {
  payload_ = bytes_of(text);
  return *this;
}

FrameBuilder& FrameBuilder::payload(std::span<const std::byte> bytes) {
  payload_.assign(bytes.begin(), bytes.end());
  return *this;
}

FrameBuilder& FrameBuilder::pad_to(std::size_t length) {
  least_length_ = length;
  return *this;
}

Bytes FrameBuilder::pseudo_header(std::size_t length) const {
  return pseudo_header_of(source_, destination_, protocol_, length);
}

Bytes FrameBuilder::tcp_bytes() const {
  Bytes out;
  put_u16(out, source_port_);
  put_u16(out, destination_port_);
  put_u32(out, sequence_);
  put_u32(out, acknowledgment_);
  put_u8(out, static_cast<unsigned>((20 + tcp_options_.size()) / 4) << 4U);
  put_u8(out, flags_);
  put_u16(out, window_);
  put_u32(out, 0);  // checksum and urgent pointer
  put(out, tcp_options_);
  put(out, payload_);
  set_checksum(out, 16, joined(pseudo_header(out.size()), out));
  return out;
}

Bytes FrameBuilder::udp_bytes() const {
  Bytes out;
  put_u16(out, source_port_);
  put_u16(out, destination_port_);
  put_u16(out, 8 + payload_.size());
  put_u16(out, 0);
  put(out, payload_);
  set_checksum(out, 6, joined(pseudo_header(out.size()), out));
  return out;
}

Bytes FrameBuilder::icmp_bytes() const {
  const bool is_v6 = network_ == Network::kV6;
  Bytes out;
  put_u8(out, is_v6 ? 128 : 8);
  put_u8(out, 0);
  put_u16(out, 0);
  put_u32(out, 0x0001'0001);  // identifier and sequence number
  put(out, payload_);
  set_checksum(out, 2, is_v6 ? joined(pseudo_header(out.size()), out) : out);
  return out;
}

Bytes FrameBuilder::transport_bytes() const {
  switch (transport_) {
    case Transport::kTcp:
      return tcp_bytes();
    case Transport::kUdp:
      return udp_bytes();
    case Transport::kIcmp:
      return icmp_bytes();
    case Transport::kNone:
      break;
  }
  return payload_;
}

Bytes FrameBuilder::v4_packet() const {
  const Bytes body = transport_bytes();
  Bytes out;
  put_u8(out, static_cast<unsigned>(0x40 + (20 + ip_options_) / 4));
  put_u8(out, traffic_class_);
  put_u16(out, 20 + ip_options_ + body.size());
  put_u16(out, 0x1d);  // identification
  put_u16(out, fragment_word_);
  put_u8(out, 64);
  put_u8(out, protocol_);
  put_u16(out, 0);
  put(out, wire_form(source_));
  put(out, wire_form(destination_));
  out.resize(out.size() + ip_options_, std::byte{kNoOperation});
  set_checksum(out, 10, out);
  put(out, body);
  return out;
}

Bytes FrameBuilder::v6_packet() const {
  Bytes body;
  for (std::size_t i = 0; i < extensions_.size(); ++i) {
    put_u8(body, i + 1 < extensions_.size() ? extensions_[i + 1].number : protocol_);
    put(body, extensions_[i].contents);
  }
  put(body, transport_bytes());
  Bytes out;
  put_u32(out, 0x6000'0000 | traffic_class_ << 20U);
  put_u16(out, body.size());
  put_u8(out, extensions_.empty() ? protocol_ : extensions_.front().number);
  put_u8(out, 64);
  put(out, source_.bytes);
  put(out, destination_.bytes);
  put(out, body);
  return out;
}

Bytes FrameBuilder::build() const {
  Bytes frame;
  put(frame, std::as_bytes(std::span(destination_mac_)));
  put(frame, std::as_bytes(std::span(source_mac_)));
  for (const Tag& tag : tags_) {
    put_u16(frame, tag.type);
    put_u16(frame, tag.id);
  }
  put_u16(frame, ethertype_);
  put(frame, network_ == Network::kV4 ? v4_packet() : network_ == Network::kV6 ? v6_packet() : payload_);
  if (frame.size() < least_length_) frame.resize(least_length_);
  return frame;
}

Bytes quic_initial_to(std::string_view id, std::uint16_t port) {
  std::string packet("\xc0\0\0\0\1", 5);
  packet += static_cast<char>(id.size()) + std::string(id) + std::string("\0\0\x44\x9e", 4);
  packet.resize(1'200, 'p');
  return FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(port, 443).payload(packet).build();
}

}  // namespace weir::test
