// A port is three functions a burst: receive, send, and who owns what. Implemented over DPDK in dpdk/, over captures in
// record/, and by fakes in tests; virtual calls are per burst, never per packet. One worker's thread uses one port
// object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/packet.h"

namespace weir {

class Port {
 public:
  Port() = default;
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  virtual ~Port() = default;

  /// Takes up to into.size() frames off the wire; their packets are the caller's until sent or freed. With an empty
  /// span it takes none, and only does what it owes to others.
  [[nodiscard]] virtual std::size_t receive(std::span<Frame> into) = 0;

  /// Puts packets on the wire, in order; returns how many were taken. The rest stay the caller's.
  [[nodiscard]] virtual std::size_t send(std::span<Packet* const> packets) = 0;
};

}  // namespace weir
