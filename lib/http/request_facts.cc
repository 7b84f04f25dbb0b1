#include "http/request_facts.h"

#include <algorithm>
#include <array>

#include "http/characters.h"
#include "http/message_scanner.h"

namespace weir {
namespace {

using std::string_view;

constexpr string_view kHost = "host";
constexpr string_view kScheme = "://";

// RFC 9110, 9.3; RFC 5789; WebDAV and its neighbours (RFC 4918, 3253, 5323, 4791).
constexpr std::array<string_view, 20> kMethodsInUse = {
    "GET",   "POST", "HEAD", "PUT",    "DELETE", "OPTIONS", "PATCH",  "CONNECT",    "TRACE",     "PROPFIND",
    "MKCOL", "COPY", "MOVE", "REPORT", "LOCK",   "UNLOCK",  "SEARCH", "MKCALENDAR", "PROPPATCH", "CHECKOUT"};

[[nodiscard]] string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Takes the text before the first `end` off `rest`, and `end` itself. Without an `end` all of it goes, and the answer
/// is empty.
[[nodiscard]] string_view take_to(string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const string_view taken = at == string_view::npos ? string_view{} : rest.substr(0, at);
  rest.remove_prefix(at == string_view::npos ? rest.size() : at + 1);
  return taken;
}

[[nodiscard]] string_view trim(string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// host [ ":" port ] (RFC 3986, 3.2), behind a userinfo that some clients leave in.
[[nodiscard]] string_view host_in(string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at != string_view::npos) authority.remove_prefix(at + 1);
  const bool bracketed = !authority.empty() && authority.front() == '[';
  const std::size_t end = bracketed ? authority.find(']') : authority.find(':');
  if (end == string_view::npos) return authority;
  return authority.substr(0, bracketed ? end + 1 : end);
}

void read_target(string_view target, RequestFacts& facts) {
  if (facts.method == "CONNECT") {
    facts.host = host_in(target);
    return;
  }
  const string_view before_query = target.substr(0, target.find_first_of("?#"));
  const std::size_t scheme = before_query.find(kScheme);
  if (before_query.starts_with('/') || scheme == string_view::npos) {
    facts.path = before_query;
    return;
  }
  const string_view hierarchy = before_query.substr(scheme + kScheme.size());
  const std::size_t path = hierarchy.find('/');
  facts.host = host_in(hierarchy.substr(0, path));
  facts.path = path == string_view::npos ? string_view("/") : hierarchy.substr(path);
}

/// The value of the field that a line holds, if its name is Host; null if not. Blanks before the colon pass, as the
/// scanner lets them.
[[nodiscard]] const char* value_if_host(string_view line) {
  if (line.size() <= kHost.size()) return nullptr;
  const bool named = std::equal(kHost.begin(), kHost.end(), line.begin(), [](char a, char b) { return a == lower(b); });
  if (!named) return nullptr;
  std::size_t colon = kHost.size();
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  return colon < line.size() && line[colon] == ':' ? line.data() + colon + 1 : nullptr;
}

[[nodiscard]] string_view find_host(string_view fields) {
  while (!fields.empty()) {
    const string_view line = take_to(fields, '\n');
    const char* value = value_if_host(line);
    if (value == nullptr) continue;
    return host_in(trim({value, static_cast<std::size_t>(line.data() + line.size() - value)}));
  }
  return {};
}

}  // namespace

RequestFacts read_request_facts(std::span<const std::byte> head) {
  string_view rest = text_of(head);
  string_view line = take_to(rest, '\n');
  RequestFacts facts;
  facts.method = take_to(line, ' ');
  read_target(take_to(line, ' '), facts);
  if (facts.host.empty()) facts.host = find_host(rest);
  return facts;
}

bool begins_with_request_line(std::span<const std::byte> bytes) {
  string_view text = text_of(bytes);
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  const string_view method = text.substr(0, text.find(' '));
  if (std::ranges::find(kMethodsInUse, method) == kMethodsInUse.end()) return false;
  MessageScanner scanner(MessageScanner::Kind::kRequests);
  while (!bytes.empty()) {
    const MessageScanner::Event event = scanner.scan(bytes);
    if (event == MessageScanner::Event::kStartLine) return true;
    if (event != MessageScanner::Event::kBegun) return false;
  }
  return false;
}

}  // namespace weir
