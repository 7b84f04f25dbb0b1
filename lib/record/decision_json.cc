#include "record/decision_json.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>
#include <string_view>

namespace weir {
namespace {

std::string_view name_of(Event event) {
  switch (event) {
    case Event::kOpen:
      return "open";
    case Event::kClose:
      return "close";
    case Event::kLatency:
      return "latency";
    case Event::kJitter:
      return "jitter";
    case Event::kReset:
      return "reset";
    case Event::kRate:
      return "rate";
    case Event::kDrop:
      return "drop";
    case Event::kMark:
      return "mark";
    case Event::kAbsorb:
      return "absorb";
    case Event::kLoss:
      return "drop";
    case Event::kDuplicate:
      return "duplicate";
    case Event::kCorrupt:
      return "corrupt";
    case Event::kReorder:
      return "reorder";
    case Event::kPhase:
      return "phase";
    case Event::kAsked:
      return "asked";
    case Event::kDone:
      return "done";
    case Event::kAbandoned:
      return "abandoned";
  }
  return "unknown";
}

std::string endpoint(const IpAddress& address, std::uint16_t port) {
  return address.is_v4() ? fmt::format("{}:{}", to_text(address), port)
                         : fmt::format("[{}]:{}", to_text(address), port);
}

std::string drawn_text(const DecisionRecord& record) {
  if (!std::isfinite(record.drawn)) return "null";
  const bool is_time = record.event == Event::kLatency || record.event == Event::kJitter;
  return is_time && record.hit ? milliseconds_text(record.drawn) : fmt::format("{}", record.drawn);
}

/// A line that belongs to no connection, without its end.
std::string of_no_connection(std::string_view event, Instant at, std::uint64_t n, std::string_view rule) {
  return fmt::format(R"({{"t_ns": {}, "link": 0, "flow": "", "k": 0, "event": "{}", "n": {}, "drawn": 0, "rule": {})",
                     at.nanoseconds(), event, n, rule);
}

}  // namespace

std::string to_phase_line(const DecisionRecord& record, std::string_view phase) {
  return fmt::format(R"({{"t_ns": {}, "link": 0, "flow": "", "k": 0, "event": "phase", "phase": {}}}{})",
                     record.at.nanoseconds(), phase, '\n');
}

std::string to_asked_line(Instant at, std::uint64_t n, std::string_view phase, std::string_view asked) {
  return fmt::format("{}, \"phase\": {}, \"asked\": {}}}\n", of_no_connection("asked", at, n, R"("default")"), phase,
                     asked);
}

std::string to_json_line(const CarriedSpan& carried) {
  std::string line = fmt::format(R"({}, "since_ns": {}, "up_bytes": {}, "down_bytes": {})",
                                 of_no_connection("carried", carried.until, carried.n, R"("default")"),
                                 carried.since.nanoseconds(), carried.up_bytes, carried.down_bytes);
  const auto rest = std::back_inserter(line);
  if (carried.limited[0]) fmt::format_to(rest, R"(, "limited_bytes": {})", *carried.limited[0]);
  if (carried.limited[1]) fmt::format_to(rest, R"(, "limited_down_bytes": {})", *carried.limited[1]);
  return line + "}\n";
}

std::string to_missed_line(const DecisionRecord& last, std::uint64_t count, std::string_view rule) {
  return fmt::format("{}, \"of\": \"{}\", \"count\": {}}}\n", of_no_connection("missed", last.at, last.n, rule),
                     name_of(last.event), count);
}

std::string milliseconds_text(double value) {
  std::string text = fmt::format("{:.6f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string flow_text(const FlowKey& key, Side client) {
  const std::string a = endpoint(key.address_a, key.port_a);
  const std::string b = endpoint(key.address_b, key.port_b);
  return client == Side::kA ? a + ">" + b : b + ">" + a;
}

std::string to_text(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const std::byte* const first = address.bytes.data() + (address.is_v4() ? 12 : 0);
  inet_ntop(family, first, text.data(), static_cast<socklen_t>(text.size()));
  return text.data();
}

std::string to_json_line(const Decision& decision, std::string_view rule) {
  const DecisionRecord& record = decision.record;
  const bool is_rate = record.event == Event::kRate;
  std::string line = fmt::format(
      R"({{"t_ns": {}, "link": {}, "flow": "{}", "k": {}, "event": "{}", "n": {}, "drawn": {}, "rule": {})",
      record.at.nanoseconds(), is_rate ? 0 : link_of(record.key), is_rate ? "" : flow_text(record.key, record.client),
      is_rate ? 0 : record.k, name_of(record.event), record.n, drawn_text(record), rule);
  const auto rest = std::back_inserter(line);
  if (decision.outcome != Outcome::kComplete) fmt::format_to(rest, R"(, "due_ns": {})", record.due_at.nanoseconds());
  if (decision.outcome == Outcome::kDone) fmt::format_to(rest, R"(, "done_ns": {})", decision.done_at.nanoseconds());
  if (decision.outcome == Outcome::kAbandoned) line += R"(, "abandoned": true)";
  if (!record.hit) line += R"(, "hit": false)";
  line += "}\n";
  return line;
}

}  // namespace weir
