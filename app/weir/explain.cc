#include "weir/explain.h"

#include "profile/errors.h"
#include "profile/print_profile.h"
#include "weir/dispatch.h"
#include "weir/options.h"

namespace weir {

int explain(std::span<const std::string> arguments, std::ostream& out) {
  if (arguments.empty()) throw UsageError("what is to be explained? weir explain FILE|PRESET|impairment flags");
  out << print_profile(parse_explain_options(arguments));
  return kGood;
}

}  // namespace weir
