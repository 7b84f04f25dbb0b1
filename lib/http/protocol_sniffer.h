// What a connection speaks, by its first client bytes (spec: it is an HTTP connection on any port). TLS and HTTP/2
// begin with fixed bytes and are matched here; an HTTP/1 request line is read by the MessageScanner that will read the
// rest of the request, so that no byte is kept. Part of ExchangeTracker; three bytes of state.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir {

/// What the first client bytes were.
enum class Protocol : std::uint8_t {
  kUnknown,  // no client byte yet, or too few to tell
  kHttp1,    // an HTTP/1.x request line (RFC 9112, 3)
  kHttp2,    // the HTTP/2 connection preface (RFC 9113, 3.4)
  kTls,      // a TLS ClientHello (RFC 8446, 4.1.2; record layer 5.1)
  kOther,    // anything else: never an HTTP connection
};

class ProtocolSniffer {
 public:
  /// Weighs the next client byte and says what the connection is by now: kTls, kHttp2, kOther as soon as the bytes
  /// contradict everything, else kUnknown. Not to be called again after an answer other than kUnknown.
  /// @param request_line_possible the bytes so far, this one included, may still become an HTTP/1 request line.
  [[nodiscard]] Protocol take(std::byte byte, bool request_line_possible);

 private:
  enum class Candidate : std::uint8_t { kUndecided, kTls, kPreface, kNone };

  [[nodiscard]] bool continues_client_hello(std::byte byte);
  [[nodiscard]] bool continues_candidate(std::byte byte);

  std::uint8_t place_ = 0;  // bytes of the candidate that have matched
  Candidate candidate_ = Candidate::kUndecided;
  std::byte length_high_{};  // upper byte of the TLS record's length
};

}  // namespace weir
