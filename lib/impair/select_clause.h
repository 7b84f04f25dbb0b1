// One condition of all rules together: each value that some rule lists, and the rules that list it. A value that many
// rules name is compared once, and a rule that is out already costs no comparison. Part of Selector.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "impair/match.h"

namespace weir {

/// Bit i: rules.rules[i]; bit 63: the default rule, which comes last.
using RuleSet = std::uint64_t;

/// Numbers in a range, and of all numbers every third, say.
struct Cadence {
  CountRange range;
  std::uint32_t every = 1;

  [[nodiscard]] constexpr bool contains(std::uint32_t number) const {
    return range.contains(number) && (every <= 1 || number % every == 0);
  }
  friend bool operator==(const Cadence&, const Cadence&) = default;
};

template <typename Value>
class Clause {
 public:
  /// The rule lists a value, and from now on is no longer indifferent.
  void add(const Value& value, RuleSet rule) {
    indifferent_ &= ~rule;
    const auto known =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.value == value; });
    if (known == entries_.end()) {
      entries_.push_back({rule, value});
    } else {
      known->rules |= rule;
    }
  }

  /// The rules of a set that list nothing, or a value of which `holds(value)` is true.
  template <typename Holds>
  [[nodiscard]] RuleSet narrow(RuleSet set, Holds holds) const {
    RuleSet left = set & indifferent_;
    for (const Entry& entry : entries_) {
      if ((entry.rules & set & ~left) != 0 && holds(entry.value)) left |= entry.rules & set;
    }
    return left;
  }

  /// The rules that list something.
  [[nodiscard]] RuleSet choosy() const { return ~indifferent_; }

 private:
  struct Entry {
    RuleSet rules;
    Value value;
  };

  RuleSet indifferent_ = ~RuleSet{0};
  std::vector<Entry> entries_;
};

}  // namespace weir
