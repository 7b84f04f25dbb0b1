#include "weir/check.h"

#include "profile/errors.h"
#include "profile/profile.h"
#include "profile/schema.h"
#include "weir/dispatch.h"

namespace weir {
namespace {

/// Whether it is in order.
bool check_one(const std::string& file, std::ostream& out, std::ostream& err) {
  try {
    static_cast<void>(load_profile(file));
  } catch (const ProfileError& error) {
    err << error.what() << '\n';
    return false;
  } catch (const UsageError& error) {
    err << "weir check: " << error.what() << '\n';
    return false;
  }
  out << file << ": ok\n";
  return true;
}

}  // namespace

int check(std::span<const std::string> arguments, std::ostream& out, std::ostream& err) {
  if (arguments.empty()) throw UsageError("a file is missing: weir check FILE...");
  if (arguments.size() == 1 && arguments[0] == "--schema") {
    out << profile_schema();
    return kGood;
  }
  for (const std::string& word : arguments) {
    if (word.starts_with('-'))
      throw UsageError("unknown option " + word + " (weir check FILE..., or weir check --schema)");
  }
  bool all_good = true;
  for (const std::string& file : arguments) all_good = check_one(file, out, err) && all_good;
  return all_good ? kGood : kBadArguments;
}

std::string check_help() {
  return R"(Reads profiles and says all that is wrong with them: file, line, column, the line, what was expected.

usage: weir check FILE...
       weir check --schema    prints the JSON Schema of profiles, for editors

FILE may be a preset as well. Exit code 2 if one is not in order.

example:
  weir check profiles/*.toml
)";
}

}  // namespace weir
