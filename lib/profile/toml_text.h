// Lines of TOML, as print_profile writes them. Pure; control threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// A text in quotes (TOML 1.0, basic string).
[[nodiscard]] std::string quoted(std::string_view text);

class TomlText {
 public:
  /// A comment above the table that comes next.
  void remark(std::string_view text);
  /// A blank line and `[name]` (or what else stands there whole: "[[rule]]").
  void table(std::string_view header);
  void text(std::string_view key, std::string_view value);
  /// A number or another value as it stands in TOML.
  void plain(std::string_view key, std::string_view value);
  /// One value alone, or a list of several; nothing for none.
  void texts(std::string_view key, const std::vector<std::string>& values);
  void plains(std::string_view key, const std::vector<std::string>& values);

  [[nodiscard]] const std::string& result() const { return result_; }

 private:
  std::string result_;
  std::string remarks_;
};

}  // namespace weir
