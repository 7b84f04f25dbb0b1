#include "profile/name_book.h"

#include <algorithm>
#include <iterator>

namespace weir {

std::vector<std::string> rule_names(const Rules& rules) {
  std::vector<std::string> names{"default"};
  for (const Rule& rule : rules.rules) names.push_back(rule.name);
  return names;
}

void NameBook::add_selections(std::uint32_t first, const Rules& rules) {
  const std::scoped_lock lock(mutex_);
  names_.push_back({first, rule_names(rules)});
}

std::uint32_t NameBook::number_of_phase(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(phases_, name);
  const auto number = static_cast<std::uint32_t>(found - phases_.begin() + 1);
  if (found == phases_.end()) phases_.push_back(name);
  return number;
}

std::string NameBook::rule(std::uint32_t selection, std::uint8_t number) const {
  const std::scoped_lock lock(mutex_);
  const auto behind = std::ranges::upper_bound(names_, selection, {}, &Names::first);
  const bool is_known = behind != names_.begin() && number < std::prev(behind)->rules.size();
  return is_known ? std::prev(behind)->rules[number] : "default";
}

std::string NameBook::phase(std::uint32_t number) const {
  const std::scoped_lock lock(mutex_);
  return number == 0 || number > phases_.size() ? "" : phases_[number - 1];
}

}  // namespace weir
