// Header sizes (bytes) and assigned numbers of the protocols that weir reads and writes. Internal to wire.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir {

inline constexpr std::size_t kMacAddress = 6;
inline constexpr std::size_t kEthernetHeader = 14;  // IEEE 802.3, without preamble and check sequence
inline constexpr std::size_t kVlanTag = 4;          // IEEE 802.1Q, 9.6
inline constexpr std::size_t kIpv4Header = 20;      // RFC 791, 3.1, without options
inline constexpr std::size_t kIpv6Header = 40;      // RFC 8200, 3
inline constexpr std::size_t kTcpHeader = 20;       // RFC 9293, 3.1, without options
inline constexpr std::size_t kUdpHeader = 8;        // RFC 768

namespace ethertype {  // IEEE 802 numbers
inline constexpr std::uint16_t kIpv4 = 0x0800;
inline constexpr std::uint16_t kVlan = 0x8100;  // 802.1Q customer tag
inline constexpr std::uint16_t kIpv6 = 0x86dd;
inline constexpr std::uint16_t kServiceVlan = 0x88a8;  // 802.1ad service tag
}  // namespace ethertype

namespace ip_protocol {  // IANA assigned internet protocol numbers
inline constexpr std::uint8_t kHopByHop = 0;
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::uint8_t kRouting = 43;
inline constexpr std::uint8_t kFragment = 44;
inline constexpr std::uint8_t kDestinationOptions = 60;
}  // namespace ip_protocol

namespace tcp_option {  // IANA TCP option kinds
inline constexpr std::uint8_t kEnd = 0;
inline constexpr std::uint8_t kPadding = 1;  // "no operation"
inline constexpr std::uint8_t kTimestamps = 8;
inline constexpr std::uint8_t kMd5Signature = 19;    // RFC 2385
inline constexpr std::uint8_t kAuthentication = 29;  // RFC 5925
}  // namespace tcp_option

}  // namespace weir
