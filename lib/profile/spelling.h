// Words of error messages: "did you mean ...?", the word that somebody probably wanted to type, and lists. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// The known word nearest to `typed`, or nothing when none is near: at most one edit for each three letters (one is
/// always allowed, a whole word never), where an edit adds, drops or changes a letter or swaps two neighbours
/// (Damerau 1964); case does not count. A word that merely begins with `typed` is the second choice.
[[nodiscard]] std::optional<std::string_view> nearest_spelling(std::string_view typed,
                                                               std::span<const std::string_view> known);

/// ` (did you mean X?)`, or nothing when no known word is near.
[[nodiscard]] std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known);

/// `a, b, c`
[[nodiscard]] std::string comma_separated(std::span<const std::string_view> words);

}  // namespace weir
