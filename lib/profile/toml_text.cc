#include "profile/toml_text.h"

#include <fmt/format.h>

namespace weir {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    const bool is_control = code < 0x20 || code == 0x7f;
    if (is_control) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      result += "\\u00";
      result += kDigits[code >> 4U];
      result += kDigits[code & 15U];
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  return result + '"';
}

void TomlText::remark(std::string_view text) {
  remarks_ += fmt::format("# {}\n", text);
}

void TomlText::table(std::string_view header) {
  if (!result_.empty()) result_ += '\n';
  result_ += remarks_;
  remarks_.clear();
  result_ += header;
  result_ += '\n';
}

void TomlText::text(std::string_view key, std::string_view value) {
  plain(key, quoted(value));
}

void TomlText::plain(std::string_view key, std::string_view value) {
  result_ += fmt::format("{} = {}\n", key, value);
}

void TomlText::texts(std::string_view key, const std::vector<std::string>& values) {
  std::vector<std::string> in_quotes;
  for (const std::string& value : values) in_quotes.push_back(quoted(value));
  plains(key, in_quotes);
}

void TomlText::plains(std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  if (values.size() == 1) return plain(key, values.front());
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ", ") + value;
  plain(key, "[" + list + "]");
}

}  // namespace weir
