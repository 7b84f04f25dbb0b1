#include "impair/path_pattern.h"

#include <cstddef>

namespace weir {
namespace {

// Goes back to the last star alone: a star further left that took more could only leave less for what follows, so
// nothing is tried twice at the same place and no pattern is exponential.
bool matches_glob(std::string_view glob, std::string_view text) {
  std::size_t at = 0;
  std::size_t glob_at = 0;
  std::size_t behind_star = std::string_view::npos;  // in the glob; npos: no star yet
  std::size_t retry_at = 0;                          // in the text: where the star would take one more
  while (at < text.size()) {
    if (glob_at < glob.size() && glob[glob_at] == '*') {
      behind_star = ++glob_at;
      retry_at = at;
    } else if (glob_at < glob.size() && (glob[glob_at] == '?' || glob[glob_at] == text[at])) {
      ++glob_at;
      ++at;
    } else if (behind_star != std::string_view::npos) {
      glob_at = behind_star;
      at = ++retry_at;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', glob_at) == std::string_view::npos;
}

}  // namespace

bool matches(const PathPattern& pattern, std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (pattern.kind == PathPattern::Kind::kPrefix) return path.starts_with(pattern.text);
  return matches_glob(pattern.text, path);
}

}  // namespace weir
