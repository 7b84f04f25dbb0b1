#include "profile/curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/draw.h"
#include "profile/amount.h"
#include "profile/limits.h"
#include "profile/section.h"

namespace weir {
namespace {

Amount parse_amount(std::string_view name, std::string_view text) {
  return {name, text};
}

double seconds_of(Duration duration) {
  return static_cast<double>(duration.nanoseconds()) / static_cast<double>(kNanosecondsPerSecond);
}

void refuse_others(const Section& curve, std::string_view kind, std::initializer_list<std::string_view> others) {
  for (const std::string_view other : others) {
    if (curve.has(other)) curve.refuse(other, fmt::format("{} is not for a curve with {}", other, kind));
  }
}

std::optional<std::string> ramp(const Section& curve, const CurveTime& time) {
  curve.require("from", "where does the ramp begin?");
  curve.require("to", "where does it end?");
  refuse_others(curve, "from and to", {"sine", "walk", "period", "step", "by"});
  const auto from = curve.one("from", parse_amount);
  const auto to = curve.one("to", parse_amount);
  if (!from || !to) return std::nullopt;
  if (!from->is_like(*to)) {
    curve.refuse("to", "from and to are not the same kind of number, so there is nothing between them");
    return std::nullopt;
  }
  if (!time.length) {
    curve.refuse("from", "a ramp takes as long as its phase, which has no end: give the phase a `for`");
    return std::nullopt;
  }
  if (time.highest) return from->text_towards(*to, to->high() > from->high() ? 1 : 0);
  return from->text_towards(*to, seconds_of(time.into) / seconds_of(*time.length));
}

/// The range that a sine or a walk stays in.
std::optional<Amount> range_of(const Section& curve, std::string_view key) {
  const auto range = curve.one(key, parse_amount);
  if (!range || range->is_range()) return range;
  curve.refuse(key, fmt::format("{} goes between two numbers: \"20ms..200ms\"", key));
  return std::nullopt;
}

std::optional<std::string> sine(const Section& curve, const CurveTime& time) {
  curve.require("period", "how long is one wave?");
  refuse_others(curve, "sine", {"walk", "step", "by"});
  const auto range = range_of(curve, "sine");
  const auto period = curve.one("period", parse_period);
  if (!range || !period) return std::nullopt;
  if (time.highest) return range->text_of(range->high());
  const double middle = (range->low() + range->high()) / 2;
  const double turn = seconds_of(time.into) / seconds_of(*period);
  return range->text_of(middle + (range->high() - middle) * std::sin(2 * std::numbers::pi * turn));
}

/// Back between the ends, as from a wall.
double reflected(double value, double low, double high) {
  if (value < low) value = low + (low - value);
  if (value > high) value = high - (value - high);
  return std::clamp(value, low, high);
}

/// From the middle, every step by as much as `by` either way; the n-th step is a function of the seed, the curve's
/// place in the profile, the turn and n alone.
std::optional<std::string> walk(const Section& curve, const CurveTime& time, std::uint64_t number) {
  curve.require("by", "how far does a step go at most?");
  refuse_others(curve, "walk", {"period"});
  const auto range = range_of(curve, "walk");
  const auto by = curve.one("by", parse_amount);
  const auto step = curve.has("step") ? curve.one("step", parse_period) : std::optional(seconds(1));
  if (!range || !by || !step) return std::nullopt;
  if (!by->same_kind(*range) || by->is_range()) {
    curve.refuse("by", "by is one number, of the same kind as the range of the walk");
    return std::nullopt;
  }
  if (time.highest) return range->text_of(range->high());
  double value = (range->low() + range->high()) / 2;
  const auto steps = static_cast<std::uint64_t>(time.into.nanoseconds() / step->nanoseconds());
  for (std::uint64_t n = 0; n < steps; ++n) {
    const double draw = unit_interval(draw_bits(time.draw_key, number, time.turn << 32U | n));
    value = reflected(value + by->low() * (2 * draw - 1), range->low(), range->high());
  }
  return range->text_of(value);
}

/// Puts values in the place of curves, and counts them: a walk's draws hang on how many-th curve it is.
class Resolver {
 public:
  Resolver(const CurveTime& time, Problems& problems) : time_(time), problems_(problems) {}

  Node resolve(Node node, std::string_view key) {
    if (is_curve(node)) return value_of(node, key);
    for (Entry& entry : node.entries) entry.value = resolve(std::move(entry.value), entry.name);
    for (Node& item : node.items) item = resolve(std::move(item), key);
    return node;
  }

 private:
  Node value_of(const Node& node, std::string_view key) {
    const std::uint64_t number = ++number_;
    const Section curve(node, kCurveKeys, problems_);
    const bool waves = curve.has("sine");
    const bool walks = !waves && curve.has("walk");
    const auto text = waves ? sine(curve, time_) : walks ? walk(curve, time_, number) : ramp(curve, time_);
    Node value;
    value.place = node.place;
    value.text = text.value_or("");
    if (!text && problems_.none()) problems_.add(node.place, fmt::format("{}: no value comes of this", key));
    return value;
  }

  const CurveTime& time_;
  Problems& problems_;
  std::uint64_t number_ = 0;
};

}  // namespace

bool is_curve(const Node& node) {
  if (node.kind != Node::Kind::kTable) return false;
  constexpr std::array<std::string_view, 4> kSigns = {"from", "to", "sine", "walk"};
  return std::ranges::any_of(kSigns, [&node](std::string_view sign) { return node.find(sign) != nullptr; });
}

bool has_curve(const Node& tree) {
  return is_curve(tree) || std::ranges::any_of(tree.items, has_curve) ||
         std::ranges::any_of(tree.entries, [](const Entry& entry) { return has_curve(entry.value); });
}

Node with_values(Node tree, const CurveTime& time, Problems& problems) {
  return Resolver(time, problems).resolve(std::move(tree), "");
}

}  // namespace weir
