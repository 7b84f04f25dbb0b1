#include "record/side_finder.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "profile/errors.h"
#include "record/pcap_reader.h"
#include "wire/byte_order.h"
#include "wire/protocol_numbers.h"

namespace weir {
namespace {

constexpr std::size_t kMostPairs = 1'000'000;
constexpr std::size_t kMostMacs = 65'536;
constexpr std::uint16_t kArp = 0x0806;

struct Hosts {
  IpAddress source;
  IpAddress destination;
};

IpAddress v4_at(const std::byte* at) {
  return IpAddress::v4({at[0], at[1], at[2], at[3]});
}

/// The addresses of an IPv4 or IPv6 packet, or of an ARP message about IPv4, inside up to two VLAN tags.
std::optional<Hosts> hosts_of(std::span<const std::byte> frame) {
  constexpr std::size_t kArpBytes = 28;  // RFC 826, for Ethernet and IPv4
  std::size_t at = kEthernetHeader;
  if (frame.size() < at) return std::nullopt;
  std::uint16_t type = load_big_u16(frame.data() + at - 2);
  for (int tags = 0; tags < 2 && (type == ethertype::kVlan || type == ethertype::kServiceVlan); ++tags) {
    at += kVlanTag;
    if (frame.size() < at) return std::nullopt;
    type = load_big_u16(frame.data() + at - 2);
  }
  const std::span<const std::byte> rest = frame.subspan(at);
  const std::byte* const bytes = rest.data();
  if (type == ethertype::kIpv4 && rest.size() >= kIpv4Header) return Hosts{v4_at(bytes + 12), v4_at(bytes + 16)};
  if (type == kArp && rest.size() >= kArpBytes && load_big_u16(bytes + 2) == ethertype::kIpv4) {
    return Hosts{v4_at(bytes + 14), v4_at(bytes + 24)};
  }
  if (type != ethertype::kIpv6 || rest.size() < kIpv6Header) return std::nullopt;
  Hosts hosts;
  std::memcpy(hosts.source.bytes.data(), bytes + 8, hosts.source.bytes.size());
  std::memcpy(hosts.destination.bytes.data(), bytes + 24, hosts.destination.bytes.size());
  return hosts;
}

std::uint64_t source_mac(std::span<const std::byte> frame) {
  const std::byte* const at = frame.data() + kMacAddress;
  return std::uint64_t{load_big_u16(at)} << 32U | load_big_u32(at + 2);
}

/// Whether a segment shows which side it comes from, by its SYN or else by its ports; `side` is set only then.
bool shows_side(const TcpSegment& segment, Side& side) {
  if (segment.has(tcp_flag::kSyn)) {
    side = segment.has(tcp_flag::kAck) ? Side::kB : Side::kA;
    return true;
  }
  for (const unsigned border : {1'024U, 32'768U}) {
    const bool from_low = segment.source_port < border;
    const bool to_low = segment.destination_port < border;
    if (from_low == to_low) continue;
    side = from_low ? Side::kB : Side::kA;
    return true;
  }
  return false;
}

// What the frames of a capture have in common, seen one after the other.
class WholeLook {
 public:
  void take(const CapturedFrame& frame) {
    seen_.insert(frame.interface);
    sections_.insert(frame.section);
    if (frame.direction != CaptureDirection::kOutbound) arrived_.insert(frame.interface);
    all_marked_ = all_marked_ && frame.direction != CaptureDirection::kUnknown;
    TcpSegment segment;
    Side side = Side::kA;
    if (outbound_ || !all_marked_ || parse_frame(frame.bytes, segment) != FrameKind::kTcp) return;
    if (shows_side(segment, side)) outbound_ = frame.direction == CaptureDirection::kOutbound ? side : other(side);
  }

  [[nodiscard]] CaptureLook conclude() const {
    CaptureLook look;
    if (arrived_.size() == 2 && sections_.size() == 1)
      look.interfaces = InterfacePair{*arrived_.begin(), *arrived_.rbegin()};
    if (seen_.size() == 1 && all_marked_) look.outbound = outbound_.value_or(Side::kA);
    return look;
  }

 private:
  std::set<std::uint32_t> seen_;
  std::set<std::uint32_t> sections_;
  std::set<std::uint32_t> arrived_;  // of them, with frames that are not marked as outbound
  std::optional<Side> outbound_;     // from where frames come that are
  bool all_marked_ = true;
};

}  // namespace

std::size_t SideFinder::HostPairHash::operator()(const HostPair& pair) const {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(&pair), sizeof pair});
}

Side SideFinder::side_of(const CapturedFrame& frame) {
  if (look_.interfaces && !client_) return frame.interface == (*look_.interfaces)[1] ? Side::kB : Side::kA;
  if (look_.outbound && !client_) {
    return frame.direction == CaptureDirection::kOutbound ? *look_.outbound : other(*look_.outbound);
  }
  const std::optional<Hosts> hosts = hosts_of(frame.bytes);
  if (!hosts) return side_by_mac(frame.bytes);
  const Side side = client_ ? (client_->contains(hosts->source) ? Side::kA : Side::kB)
                            : side_by_hosts(frame.bytes, hosts->source, hosts->destination);
  learn_mac(frame.bytes, side);
  return side;
}

Side SideFinder::side_by_hosts(std::span<const std::byte> frame, const IpAddress& source,
                               const IpAddress& destination) {
  const bool from_lower = source <= destination;
  const HostPair pair = from_lower ? HostPair{source, destination} : HostPair{destination, source};
  const auto known = hosts_.find(pair);
  if (known != hosts_.end() && known->second.by_tcp) {
    return from_lower ? known->second.lower_at : other(known->second.lower_at);
  }
  TcpSegment segment;
  const bool is_tcp = parse_frame(frame, segment) == FrameKind::kTcp;
  const bool is_new = known == hosts_.end();
  const bool remembers = !is_new || hosts_.size() < kMostPairs;
  Side sender = !remembers && !from_lower ? Side::kB : Side::kA;
  const bool shown = is_tcp && shows_side(segment, sender);
  if (!remembers) return sender;
  Decided& decided = hosts_[pair];
  if (is_new || shown) decided.lower_at = from_lower ? sender : other(sender);
  decided.by_tcp = is_tcp;
  return from_lower ? decided.lower_at : other(decided.lower_at);
}

Side SideFinder::side_by_mac(std::span<const std::byte> frame) const {
  if (frame.size() < kEthernetHeader) return Side::kA;
  const auto known = macs_.find(source_mac(frame));
  return known == macs_.end() ? Side::kA : known->second;
}

void SideFinder::learn_mac(std::span<const std::byte> frame, Side side) {
  const std::uint64_t mac = source_mac(frame);
  if (macs_.size() < kMostMacs || macs_.contains(mac)) macs_[mac] = side;
}

CaptureLook look_at_capture(const std::string& path) {
  std::error_code not_there;
  if (!std::filesystem::is_regular_file(path, not_there)) return {};
  PcapReader reader(path);
  if (!reader.is_pcapng()) return {};
  WholeLook look;
  CapturedFrame frame;
  try {
    while (reader.next(frame)) look.take(frame);
  } catch (const RunError&) {
    return {};
  }
  return look.conclude();
}

}  // namespace weir
