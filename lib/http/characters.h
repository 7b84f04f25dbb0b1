// Classes of characters in HTTP/1 (RFC 9110, 5.6; RFC 5234, B.1), independent of any locale.
#pragma once

#include <string_view>

namespace weir {

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// What a token is made of (RFC 9110, 5.6.2): methods and field names.
[[nodiscard]] constexpr bool is_token(char c) {
  const char folded = lower(c);
  if ((folded >= 'a' && folded <= 'z') || is_digit(c)) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// What a request target may hold: everything but blanks and control characters; bytes beyond ASCII pass, as servers
/// let them.
[[nodiscard]] constexpr bool is_target(char c) {
  const auto code = static_cast<unsigned char>(c);
  return code > 0x20 && code != 0x7f;
}

/// Space, tab, and the CR before a line's LF: what may stand around a value (RFC 9110, 5.6.3; RFC 9112, 2.2).
[[nodiscard]] constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char folded = lower(c);
  return folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

}  // namespace weir
