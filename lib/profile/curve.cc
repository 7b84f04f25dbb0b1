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
#include "profile/spelling.h"

namespace weir {
namespace {

/// What a number without a unit is behind this key; nothing where no number can stand between two others.
std::optional<Amount::Kind> bare_kind(const Key& key) {
  switch (key.kind) {
    case Key::Kind::kTime:
      return Amount::Kind::kTime;
    case Key::Kind::kBytes:
      return Amount::Kind::kBytes;
    case Key::Kind::kShare:
      return Amount::Kind::kShare;
    case Key::Kind::kShort:
      return bare_kind(key.section->keys.front());
    default:
      return std::nullopt;
  }
}

/// A curve as it stands in the profile, and what a number without a unit is in it.
struct Curve {
  Section keys;
  Amount::Kind bare;

  [[nodiscard]] std::optional<Amount> amount(std::string_view key) const {
    return keys.one(key, [this](std::string_view name, std::string_view text) { return Amount(name, text, bare); });
  }
};

double seconds_of(Duration duration) {
  return static_cast<double>(duration.nanoseconds()) / static_cast<double>(kNanosecondsPerSecond);
}

void refuse_others(const Section& curve, std::string_view kind, std::initializer_list<std::string_view> others) {
  for (const std::string_view other : others) {
    if (curve.has(other)) curve.refuse(other, fmt::format("{} is not for a curve with {}", other, kind));
  }
}

std::optional<std::string> ramp(const Curve& curve, const CurveTime& time) {
  const Section& keys = curve.keys;
  keys.require("from", "where does the ramp begin?");
  keys.require("to", "where does it end?");
  refuse_others(keys, "from and to", {"sine", "walk", "period", "step", "by"});
  const auto from = curve.amount("from");
  const auto to = curve.amount("to");
  if (!from || !to) return std::nullopt;
  if (!from->is_like(*to)) {
    keys.refuse("to", "from and to are not the same kind of number, so there is nothing between them");
    return std::nullopt;
  }
  if (!time.length) {
    keys.refuse("from", "a ramp takes as long as its phase, which has no end: give the phase a `for`");
    return std::nullopt;
  }
  if (time.bound == CurveBound::kLowest) return from->text_towards(*to, to->low() < from->low() ? 1 : 0);
  if (time.bound == CurveBound::kHighest) return from->text_towards(*to, to->high() > from->high() ? 1 : 0);
  return from->text_towards(*to, seconds_of(time.into) / seconds_of(*time.length));
}

/// The range that a sine or a walk stays in.
std::optional<Amount> range_of(const Curve& curve, std::string_view key) {
  const auto range = curve.amount(key);
  if (!range || range->is_range()) return range;
  curve.keys.refuse(key, fmt::format("{} goes between two numbers: \"20ms..200ms\"", key));
  return std::nullopt;
}

/// An end of the range, where that was asked for.
std::optional<std::string> bound_of(const Amount& range, const CurveTime& time) {
  if (time.bound == CurveBound::kNone) return std::nullopt;
  return range.text_of(time.bound == CurveBound::kLowest ? range.low() : range.high());
}

std::optional<std::string> sine(const Curve& curve, const CurveTime& time) {
  curve.keys.require("period", "how long is one wave?");
  refuse_others(curve.keys, "sine", {"walk", "step", "by"});
  const auto range = range_of(curve, "sine");
  const auto period = curve.keys.one("period", parse_period);
  if (!range || !period) return std::nullopt;
  if (const auto bound = bound_of(*range, time)) return bound;
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
std::optional<std::string> walk(const Curve& curve, const CurveTime& time, std::uint64_t number) {
  const Section& keys = curve.keys;
  keys.require("by", "how far does a step go at most?");
  refuse_others(keys, "walk", {"period"});
  const auto range = range_of(curve, "walk");
  const auto by = curve.amount("by");
  const auto step = keys.has("step") ? keys.one("step", parse_period) : std::optional(seconds(1));
  if (!range || !by || !step) return std::nullopt;
  if (!by->same_kind(*range) || by->is_range()) {
    keys.refuse("by", "by is one number, of the same kind as the range of the walk");
    return std::nullopt;
  }
  if (const auto bound = bound_of(*range, time)) return bound;
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

  Node resolve(Node table, const Keys& keys) {
    for (Entry& entry : table.entries) {
      const Key* const key = keys.find(entry.name);
      if (key) entry.value = resolve(std::move(entry.value), *key);
    }
    return table;
  }

 private:
  Node resolve(Node node, const Key& key) {
    if (is_curve(node)) return value_of(node, key);
    if (!key.section) return node;
    for (Node& item : node.items) item = resolve(std::move(item), *key.section);
    return resolve(std::move(node), *key.section);
  }

  Node value_of(const Node& node, const Key& key) {
    const std::uint64_t number = ++number_;
    Node value;
    value.place = node.place;
    const auto bare = bare_kind(key);
    if (!bare) {
      problems_.add(node.place, fmt::format("{}: it has no values in between, so it can't be a curve", key.name),
                    key.expected.empty() ? comma_separated(key.words) : std::string(key.expected));
      return value;
    }
    const Curve curve{Section(node, kCurveKeys, problems_), *bare};
    const bool waves = curve.keys.has("sine");
    const bool walks = !waves && curve.keys.has("walk");
    const auto text = waves ? sine(curve, time_) : walks ? walk(curve, time_, number) : ramp(curve, time_);
    value.text = text.value_or("");
    if (!text && problems_.none()) problems_.add(node.place, fmt::format("{}: no value comes of this", key.name));
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

Node with_values(Node tree, const Keys& keys, const CurveTime& time, Problems& problems) {
  return Resolver(time, problems).resolve(std::move(tree), keys);
}

}  // namespace weir
