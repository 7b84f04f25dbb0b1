#include "profile/errors.h"

namespace weir {

std::string printable(std::string_view text) {
  constexpr char kDelete = 0x7f;
  std::string line(text);
  for (char& c : line) {
    const bool is_control = (c >= 0 && c < ' ') || c == kDelete;
    if (is_control) c = '?';
  }
  return line;
}

}  // namespace weir
