// All that is wrong with some profiles, collected, so that it can be said at once: where, what, what was expected, and
// the line itself with a caret. Control threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "profile/document.h"

namespace weir {

class Problems {
 public:
  /// Makes a text known, whose places the problems refer to; returns its number in Place::source.
  /// @param name as messages call it: the file as it was typed, or `preset wpt-3g`.
  /// @param folder where paths in it begin; empty: the working directory.
  std::uint32_t add_source(std::string_view name, std::string_view text, std::string_view folder = "");

  /// Notes a problem, once. `expected` stands behind the caret: what would have been right, or nothing.
  void add(const Place& place, std::string_view message, std::string_view expected = "");

  /// None, with the same sources.
  [[nodiscard]] Problems sources_alone() const;

  /// Notes those of another one with the same sources, which has none then.
  void take_from(Problems& other);

  /// The place of a byte of a text that stands in quotes at `begin`; `begin` itself where escapes hide it.
  [[nodiscard]] Place inside(const Place& begin, std::string_view text, std::size_t at) const;

  [[nodiscard]] bool none() const { return problems_.empty(); }

  /// The folder of a source, for paths in it.
  [[nodiscard]] const std::string& folder_of(const Place& place) const { return sources_[place.source].folder; }

  /// Three lines each (one, where a problem has no line of its own), in the order of the text:
  ///     flaky.toml:4:11: latency: "40sm" is not a duration: unknown unit "sm" (did you mean "ms"?)
  ///     latency = "40sm"
  ///               ^ expected "40ms", "20ms..120ms" or "100ms +- 20ms"
  [[nodiscard]] std::string text() const;

  /// Throws ProfileError if there is any.
  void require_none() const;

 private:
  struct Source {
    std::string name;
    std::string folder;
    std::vector<std::string> lines;
  };
  struct Problem {
    Place place;
    std::string message;
    std::string expected;
  };
  [[nodiscard]] std::string text_of(const Problem& problem) const;
  [[nodiscard]] std::string_view rest_of_line(const Place& from) const;

  std::vector<Source> sources_;
  std::vector<Problem> problems_;
};

}  // namespace weir
