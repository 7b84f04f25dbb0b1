#include "profile/displace.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <string_view>

namespace weir {
namespace {

using Names = std::initializer_list<std::string_view>;

void drop(Node& table, Names names) {
  std::erase_if(table.entries,
                [names](const Entry& entry) { return std::ranges::find(names, entry.name) != names.end(); });
}

bool has_any(const Node& table, Names names) {
  return std::ranges::any_of(names, [&table](std::string_view name) { return table.find(name) != nullptr; });
}

/// The word or text of a key; empty where there is none.
std::string_view text_of(const Node& table, std::string_view name) {
  const Node* const node = table.find(name);
  return node && node->kind == Node::Kind::kText ? std::string_view(node->text) : std::string_view();
}

bool is_any(std::string_view word, Names words) {
  return std::ranges::find(words, word) != words.end();
}

void displace_rates(Node& base, const Node& own) {
  if (has_any(own, {"rate", "trace"})) drop(base, {"rate", "trace", "up", "down", "up-trace", "down-trace"});
  if (has_any(own, {"up", "down", "up-trace", "down-trace"})) drop(base, {"rate", "trace", "direction"});
  if (has_any(own, {"up", "up-trace"})) drop(base, {"up", "up-trace"});
  if (has_any(own, {"down", "down-trace"})) drop(base, {"down", "down-trace"});
}

void displace_speed(Node& base, const Node& own) {
  displace_rates(base, own);
  const std::string_view discipline = text_of(own, "discipline");
  if (!discipline.empty()) drop(base, {"target", "interval", "ecn", "quantum"});
  if (text_of(own, "account") == "payload") drop(base, {"overhead", "mpu", "cell"});
  if (text_of(own, "per") != "connection") return;
  drop(base, {"up", "down", "trace", "up-trace", "down-trace", "every", "queue-at-least", "discipline", "target",
              "interval", "ecn", "quantum"});
}

bool is_one_value(const Node& node) {
  if (node.kind == Node::Kind::kInteger || node.kind == Node::Kind::kFloat) return true;
  const bool is_text = node.kind == Node::Kind::kText;
  return is_text && node.text.find("..") == std::string::npos && node.text.find("+-") == std::string::npos;
}

/// One value needs no shape, but for the exponential, of which it is the mean; and evenly within a range is all of it.
void displace_shape(Node& base, const Node& own, std::string_view length) {
  const std::string_view shape = text_of(own, "distribution");
  if (shape == "uniform") drop(base, {"within"});
  const Node* const value = own.find(length);
  if (!value || !shape.empty() || !is_one_value(*value) || text_of(base, "distribution") == "exponential") return;
  drop(base, {"distribution", "within"});
}

void displace_reset(Node& base, const Node& own) {
  const std::string_view at = text_of(own, "at");
  if (!at.empty() && at != "body") drop(base, {"after", "distribution", "within"});
  if (!at.empty() && at != "connect" && text_of(base, "how") == "refuse") drop(base, {"how"});
  const std::string_view after = text_of(own, "after");
  const bool by_bytes = own.find("after") && !after.ends_with('s');
  if (by_bytes) drop(base, {"distribution", "within"});
}

void displace_jitter(Node& base, const Node& own) {
  if (text_of(own, "scope") == "link") drop(base, {"per"});
  const bool by_event = is_any(text_of(own, "per"), {"exchange", "packet"});
  if (by_event && text_of(base, "scope") == "link") drop(base, {"scope"});
}

void displace_netem(Node& base, const Node& own) {
  if (own.find("both")) drop(base, {"up", "down"});
  if (has_any(own, {"up", "down"})) drop(base, {"both"});
}

/// Phases and a trace are two ways to say what changes; and no phases have no clock.
void displace_timeline(Node& base, const Node& own) {
  const Node* const phases = own.find("phase");
  const Node* const trace = own.find("trace");
  const bool has_trace = trace && trace->kind != Node::Kind::kBoolean;
  if (has_trace) drop(base, {"phase", "timeline"});
  if (phases) drop(base, {"trace"});
  if (phases && phases->items.empty()) drop(base, {"timeline"});
}

}  // namespace

void displace(Node& base, const Node& own, const Keys& keys) {
  if (&keys == &kSpeedKeys || &keys == &kOwnRateKeys) displace_speed(base, own);
  if (&keys == &kLatencyKeys && text_of(own, "per") == "packet") drop(base, {"hold"});
  if (&keys == &kLatencyKeys) displace_shape(base, own, "delay");
  if (&keys == &kJitterKeys) displace_shape(base, own, "length");
  if (&keys == &kResetKeys) displace_shape(base, own, "after");
  if (&keys == &kResetKeys) displace_reset(base, own);
  if (&keys == &kJitterKeys) displace_jitter(base, own);
  if (&keys == &kNetemKeys) displace_netem(base, own);
  if (&keys == &kProfileKeys) displace_timeline(base, own);
}

}  // namespace weir
