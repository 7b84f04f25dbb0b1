// Which side of the link a captured frame comes from: A, where the clients are, or B. A capture of one interface holds
// both directions, and nothing in it says so. Told apart by, in this order:
// 1. a block of addresses: what comes from inside is from A (`--client`);
// 2. the interface, where the capture has exactly two with traffic: the first described one is A;
// 3. the hosts. The first TCP segment between two decides for them, and for good: a SYN comes from A, a SYN and ACK
//    from B; else a port below 1 024 that meets one above is the server's, and one below 32 768 (where Linux begins to
//    choose ports) that meets one above; else whoever was seen first is at A. Before any TCP, that is so as well.
// Frames without addresses (other than ARP) go by the side that their source MAC was last at, else A.
// Memory is bounded: beyond a million pairs of hosts, new ones are decided frame by frame. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "base/side.h"
#include "impair/match.h"
#include "record/capture_format.h"
#include "wire/tcp_segment.h"

namespace weir {

/// The interfaces of A and B.
using InterfacePair = std::array<std::uint32_t, 2>;

class SideFinder {
 public:
  /// @param client what lies in it is at A, whatever else is known.
  /// @param interfaces told apart by them, unless there is a client block.
  explicit SideFinder(std::optional<Cidr> client = {}, std::optional<InterfacePair> interfaces = {})
      : client_(client), interfaces_(interfaces) {}

  /// The side that a frame comes in at. To be asked in the order of the capture, once a frame.
  [[nodiscard]] Side side_of(const CapturedFrame& frame);

 private:
  struct HostPair {
    IpAddress lower;
    IpAddress upper;
    friend bool operator==(const HostPair&, const HostPair&) = default;
  };
  struct HostPairHash {
    std::size_t operator()(const HostPair& pair) const;
  };
  struct Decided {
    Side lower_at = Side::kA;
    bool by_tcp = false;  // else by what was seen first, until TCP is
  };

  [[nodiscard]] Side side_by_hosts(std::span<const std::byte> frame, const IpAddress& source,
                                   const IpAddress& destination);
  [[nodiscard]] Side side_by_mac(std::span<const std::byte> frame) const;
  void learn_mac(std::span<const std::byte> frame, Side side);

  const std::optional<Cidr> client_;
  const std::optional<InterfacePair> interfaces_;
  std::unordered_map<HostPair, Decided, HostPairHash> hosts_;
  std::unordered_map<std::uint64_t, Side> macs_;
};

/// The two interfaces of a capture that hold frames, if these are exactly two; reads the file once through. Nothing
/// for a pcap, for a file that can't be read twice, and for one that is damaged (whoever reads it next will say so).
[[nodiscard]] std::optional<InterfacePair> interfaces_with_traffic(const std::string& path);

}  // namespace weir
