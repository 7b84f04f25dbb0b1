// Explicit congestion notification (RFC 3168): marks a packet in place of dropping it. Called by the queue before the
// limiter, on the worker's thread.
#pragma once

#include <cstddef>
#include <span>

namespace weir {

/// Sets Congestion Experienced in the IP header of a frame whose ends understand it, IPv4 (with its checksum, updated
/// by RFC 1624) or IPv6, behind up to two VLAN tags. Returns whether it is set now; a frame that is not ECN-capable, or
/// no IP, is left as it is.
[[nodiscard]] bool mark_congestion(std::span<std::byte> frame);

}  // namespace weir
