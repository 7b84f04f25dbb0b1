#include "impair/host_pattern.h"

#include <algorithm>

namespace weir {
namespace {

// ASCII alone, and whatever the locale says.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool equal(std::string_view x, std::string_view y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](char a, char b) { return lower(a) == lower(b); });
}

// "example.org." is example.org, told from the root of the name space (RFC 1034, 3.1).
std::string_view without_root(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool lies_below(std::string_view host, std::string_view domain) {
  if (host.size() < domain.size() + 2) return false;  // a dot, and something before it
  const std::size_t dot = host.size() - domain.size() - 1;
  return host[dot] == '.' && equal(host.substr(dot + 1), domain);
}

}  // namespace

bool matches(const HostPattern& pattern, std::string_view host) {
  host = without_root(host);
  const std::string_view name = without_root(pattern.name);
  if (host.empty() || name.empty()) return false;
  if (pattern.below) return lies_below(host, name);
  return name == "*" || equal(host, name);
}

}  // namespace weir
