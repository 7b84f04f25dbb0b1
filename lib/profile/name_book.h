// What numbers in decision records are called: rules by selection and number, phases by number. Control writes before
// workers can use a number; the log's thread reads. Any control thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "impair/rules.h"

namespace weir {

/// The names of a run's rules by their number (impair/select.h): "default", then those of the profile.
[[nodiscard]] std::vector<std::string> rule_names(const Rules& rules);

class NameBook {
 public:
  /// Notes the rules of a selection, and of those behind it until the next that is noted: phases ask anew which rule
  /// takes what, but never under another number. In the order of their numbers (engine/scene.h).
  void add_selections(std::uint32_t first, const Rules& rules);

  /// The number of a phase, from 1; the same for the same name.
  [[nodiscard]] std::uint32_t number_of_phase(const std::string& name);

  /// "default" where there is none of that number.
  [[nodiscard]] std::string rule(std::uint32_t selection, std::uint8_t number) const;
  [[nodiscard]] std::string phase(std::uint32_t number) const;

 private:
  struct Names {
    std::uint32_t first = 0;         // of the selections that they are for
    std::vector<std::string> rules;  // by number
  };

  mutable std::mutex mutex_;
  std::vector<Names> names_;         // ascending
  std::vector<std::string> phases_;  // by number - 1
};

}  // namespace weir
