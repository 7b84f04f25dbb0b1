// Which side of the link a captured frame comes from: A, where the clients are, or B. A capture of one interface holds
// both directions. Told apart by, in this order:
// 1. a block of addresses: what comes from inside is from A (`--client`);
// 2. the interface, where exactly two have frames that are not marked as outbound: the first described one is A. Both
//    have to be of one section: a file that was put together of several describes the same interface again. What is
//    marked as outbound in such a capture has come in before, and is there a second time;
// 3. the direction, where all frames are of one interface and each is marked: one direction is from A, and the first
//    TCP segment that shows its side (see below) tells which; else outbound is;
// 4. the hosts. The first TCP segment between two decides for them, and for good: a SYN comes from A, a SYN and ACK
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

/// What a capture as a whole tells about the sides of its frames.
struct CaptureLook {
  std::optional<InterfacePair> interfaces;
  std::optional<Side> outbound;  // where frames marked as outbound come from
};

class SideFinder {
 public:
  /// @param client what lies in it is at A, whatever else is known.
  /// @param look what else is known of the capture.
  explicit SideFinder(std::optional<Cidr> client = {}, const CaptureLook& look = {}) : client_(client), look_(look) {}

  /// Whether a frame was captured as it left, and its arrival is in the capture as well: no side is to be asked for.
  [[nodiscard]] bool has_left(const CapturedFrame& frame) const {
    return look_.interfaces && frame.direction == CaptureDirection::kOutbound;
  }

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
  const CaptureLook look_;
  std::unordered_map<HostPair, Decided, HostPairHash> hosts_;
  std::unordered_map<std::uint64_t, Side> macs_;
};

/// Looks at a whole pcapng; reads the file once through. Nothing is known of a pcap, of a file that can't be read
/// twice, and of one that is damaged (whoever reads it next will say so).
[[nodiscard]] CaptureLook look_at_capture(const std::string& path);

}  // namespace weir
