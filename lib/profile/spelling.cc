#include "profile/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace weir {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool same_letter(char a, char b) {
  return lower(a) == lower(b);
}

/// Optimal string alignment: one row for each letter of `typed`, the two rows before it kept.
std::size_t edits_between(std::string_view typed, std::string_view word) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(word.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= typed.size(); ++i) {
    std::vector<std::size_t> row(word.size() + 1);
    row[0] = i;
    for (std::size_t j = 1; j <= word.size(); ++j) {
      const std::size_t change = same_letter(typed[i - 1], word[j - 1]) ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      const bool swapped =
          i > 1 && j > 1 && same_letter(typed[i - 1], word[j - 2]) && same_letter(typed[i - 2], word[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

bool begins_with(std::string_view word, std::string_view typed) {
  return typed.size() >= 3 && word.size() > typed.size() &&
         std::equal(typed.begin(), typed.end(), word.begin(), same_letter);
}

}  // namespace

std::optional<std::string_view> nearest_spelling(std::string_view typed, std::span<const std::string_view> known) {
  std::optional<std::string_view> nearest;
  std::size_t fewest = std::min(std::max<std::size_t>(1, typed.size() / 3) + 1, typed.size());
  for (const std::string_view word : known) {
    const std::size_t edits = edits_between(typed, word);
    if (edits >= fewest) continue;
    fewest = edits;
    nearest = word;
  }
  if (nearest) return nearest;
  const auto longer = std::ranges::find_if(known, [typed](std::string_view word) { return begins_with(word, typed); });
  return longer == known.end() ? std::nullopt : std::optional(*longer);
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known) {
  const auto nearest = nearest_spelling(typed, known);
  return nearest ? fmt::format(" (did you mean {}?)", *nearest) : std::string();
}

std::string comma_separated(std::span<const std::string_view> words) {
  std::string list;
  for (const std::string_view word : words) {
    if (!list.empty()) list += ", ";
    list += word;
  }
  return list;
}

}  // namespace weir
