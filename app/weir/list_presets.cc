#include "weir/list_presets.h"

#include <fmt/format.h>

#include "profile/errors.h"
#include "profile/presets.h"
#include "profile/spelling.h"
#include "weir/dispatch.h"

namespace weir {

int list_presets(std::span<const std::string> arguments, std::ostream& out) {
  if (arguments.size() > 1) throw UsageError(fmt::format("one preset at a time, not also {}", arguments[1]));
  if (arguments.empty()) {
    out << presets_table();
    return kGood;
  }
  const Preset* const preset = find_preset(arguments[0]);
  if (!preset) {
    throw UsageError(fmt::format("\"{}\" is no preset{}", arguments[0], did_you_mean(arguments[0], preset_names())));
  }
  out << describe(*preset);
  return kGood;
}

std::string presets_help() {
  return R"(Lists the networks that come with weir, or says all about one of them.

usage: weir presets [NAME]

examples:
  weir presets
  weir presets wpt-3g
  weir run --link eth1,eth2 --profile wpt-3g
)";
}

}  // namespace weir
