// What a rule compares traffic with, as text: addresses, hosts, paths, methods. Each function throws UsageError,
// `NAME: "TEXT" ...`. Pure; control threads.
#pragma once

#include <string>
#include <string_view>

#include "impair/match.h"

namespace weir {

/// "10.0.0.0/8", "10.9.0.1", "fd09::/64"; no bit may be set behind the prefix.
[[nodiscard]] Cidr parse_cidr(std::string_view name, std::string_view text);
[[nodiscard]] std::string write_cidr(const Cidr& cidr);

/// "example.org", "*.example.org" (everything below it), "[fd09::2]", "*" (any); no port. Case does not count.
[[nodiscard]] HostPattern parse_host(std::string_view name, std::string_view text);
[[nodiscard]] std::string write_host(const HostPattern& host);

/// "/api": a prefix; "/img/*.png": a glob, as it holds * or ?.
[[nodiscard]] PathPattern parse_path(std::string_view name, std::string_view text);

/// "c0ffee", "c0ffee*" (what begins so), "*" (any): up to 20 bytes in hex, two digits each.
[[nodiscard]] QuicIdPattern parse_quic_id(std::string_view name, std::string_view text);
[[nodiscard]] std::string write_quic_id(const QuicIdPattern& id);

/// "GET": a token (RFC 9110, 9.1) without lower-case letters.
[[nodiscard]] std::string parse_method(std::string_view name, std::string_view text);

/// Any text but the empty one, up to 255 bytes without control characters.
[[nodiscard]] std::string parse_word(std::string_view name, std::string_view text);

}  // namespace weir
