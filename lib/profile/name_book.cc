#include "profile/name_book.h"

#include <algorithm>

namespace weir {

std::vector<std::string> rule_names(const Rules& rules) {
  std::vector<std::string> names{"default"};
  for (const Rule& rule : rules.rules) names.push_back(rule.name);
  return names;
}

void NameBook::add_selection(std::uint32_t number, const Rules& rules) {
  const std::scoped_lock lock(mutex_);
  if (rules_.size() <= number) rules_.resize(number + 1);
  rules_[number] = rule_names(rules);
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
  const bool is_known = selection < rules_.size() && number < rules_[selection].size();
  return is_known ? rules_[selection][number] : "default";
}

std::string NameBook::phase(std::uint32_t number) const {
  const std::scoped_lock lock(mutex_);
  return number == 0 || number > phases_.size() ? "" : phases_[number - 1];
}

}  // namespace weir
