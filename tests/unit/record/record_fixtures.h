// Decision records made by hand, as the workers would push them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/decision_record.h"

namespace weir {

/// 10.9.0.1:`client_port` on side A to 10.9.0.2:80, on a link without VLAN tags.
inline FlowKey ipv4_key(std::uint16_t client_port, std::uint32_t link = 0) {
  constexpr auto address = [](unsigned last) {
    return IpAddress::v4({std::byte{10}, std::byte{9}, std::byte{0}, static_cast<std::byte>(last)});
  };
  return FlowKey{address(1), address(2), client_port, 80, link};
}

/// A decision that is complete in itself.
inline DecisionRecord decided(Event event, const FlowKey& key, std::int64_t at_ns, double drawn = 0) {
  DecisionRecord record;
  record.key = key;
  record.event = event;
  record.at = Instant(at_ns);
  record.drawn = drawn;
  return record;
}

/// A latency that holds a frame until `due_ns`.
inline DecisionRecord held(const FlowKey& key, std::uint32_t number, std::int64_t at_ns, std::int64_t due_ns) {
  DecisionRecord record = decided(Event::kLatency, key, at_ns, static_cast<double>(due_ns - at_ns) / 1e6);
  record.number = number;
  record.due_at = Instant(due_ns);
  return record;
}

/// The frame of decision `number` left.
inline DecisionRecord done(std::uint32_t number, std::int64_t at_ns) {
  DecisionRecord record;
  record.event = Event::kDone;
  record.number = number;
  record.at = Instant(at_ns);
  return record;
}

/// The frame of decision `number` was dropped instead.
inline DecisionRecord abandoned(std::uint32_t number, std::int64_t at_ns) {
  DecisionRecord record = done(number, at_ns);
  record.event = Event::kAbandoned;
  return record;
}

}  // namespace weir
