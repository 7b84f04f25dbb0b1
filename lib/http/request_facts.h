// What rules may ask of a request or of a TLS ClientHello, and who is told it. Views point into the piece of bytes or
// into a FactStore's slot, so they are valid only during the call that hands them over. Worker's thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace weir {

/// A request's head as rules see it; what the head doesn't say, or what wasn't kept of it, is empty.
struct RequestFacts {
  std::string_view method;
  std::string_view path;  // without scheme, authority and query; "/" for an absolute-form target without a path
  std::string_view host;  // without userinfo and port, as it was spelled; an IPv6 address keeps its brackets
};

/// A ClientHello as rules see it.
struct HelloFacts {
  std::string_view server_name;             // SNI (RFC 6066, 3), as it was spelled
  std::span<const std::string_view> alpns;  // in the client's order (RFC 7301, 3.1), at most kMostAlpns of them
};

/// Who is told the facts: engine, once a burst's segment, by virtual calls a request, never a packet.
class FactSink {
 public:
  virtual void on_request(const RequestFacts& facts) = 0;
  virtual void on_hello(const HelloFacts& facts) = 0;

 protected:
  ~FactSink() = default;
};

/// Reads the facts of a request's head: from the first byte of its method up to wherever it was kept. A line that isn't
/// whole says nothing. The host is the absolute-form target's or the CONNECT target's, else that of the first Host
/// field (RFC 9112, 3.2 and 3.3). Each byte is looked at a fixed number of times.
[[nodiscard]] RequestFacts read_request_facts(std::span<const std::byte> head);

/// Whether the bytes begin with a whole request line, behind empty lines at most, of a method that is in common use:
/// where a client's turn begins so, reading can begin anew. A rare method doesn't pass, so that a line cut by a gap
/// ("EAD / HTTP/1.1") doesn't either.
[[nodiscard]] bool begins_with_request_line(std::span<const std::byte> bytes);

}  // namespace weir
