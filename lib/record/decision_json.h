// One decision as one line of JSON: the shape that docs and other people's scripts rely on.
//   {"t_ns": 1234, "link": 0, "flow": "10.9.0.1:40112>10.9.0.2:80", "k": 17, "event": "latency", "n": 3, "drawn": 84.2,
//    "rule": "default", "due_ns": 85434, "done_ns": 85501}
// - flow: client>server, IPv6 in brackets (RFC 5952); empty for a redraw of the rate, which belongs to no connection.
// - drawn: milliseconds (at most 6 decimals: nanoseconds) for latency and jitter, bytes a second for rate, else the
//   uniform draw; 0 where nothing is drawn (open, close).
// - due_ns: only where a frame was held; done_ns: only where it left, too. "abandoned": true where it was dropped
// instead.
// - "hit": false on a draw that did not strike.
// Pure; called on the log's thread.
#pragma once

#include <string>
#include <string_view>

#include "record/carried_meter.h"
#include "record/decision_order.h"

namespace weir {

/// The line, newline included. Every double becomes valid JSON: one that is not finite becomes null.
/// @param rule the name of the rule that decided, as a JSON string with its quotes.
[[nodiscard]] std::string to_json_line(const Decision& decision, std::string_view rule = R"("default")");

/// client>server, with ports, IPv6 in brackets; as the log names a connection.
[[nodiscard]] std::string flow_text(const FlowKey& key, Side client);
/// Milliseconds that were counted in nanoseconds: six decimals say all, trailing zeros say nothing.
[[nodiscard]] std::string milliseconds_text(double value);

/// An address as text: dotted IPv4, or RFC 5952 without brackets.
[[nodiscard]] std::string to_text(const IpAddress& address);

/// The line of what is asked for from an instant on. @param n how many-th such line. @param phase the name of the phase
/// in force, as a JSON string. @param asked what is asked for, as JSON.
[[nodiscard]] std::string to_asked_line(Instant at, std::uint64_t n, std::string_view phase, std::string_view asked);

/// The line of what was carried between two instants.
[[nodiscard]] std::string to_json_line(const CarriedSpan& carried);

/// The line of so many draws that did not strike, of which this was the last one. @param rule as a JSON string.
[[nodiscard]] std::string to_missed_line(const DecisionRecord& last, std::uint64_t count, std::string_view rule);

/// The line of a phase that begins. @param phase its name, as a JSON string.
[[nodiscard]] std::string to_phase_line(const DecisionRecord& record, std::string_view phase);

}  // namespace weir
