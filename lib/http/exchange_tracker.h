// What a connection speaks, and where its exchanges begin: fed with the bytes of both directions in order, it says
// how many requests and how many first bytes of responses were in them. One object a connection, one cache line, no
// allocation; it never needs a byte twice. Called by engine/admit on the worker's thread.
//
// On HTTP/1 exchanges are read from the bytes. By turns they are counted where bytes can't be read: TLS, HTTP/2, behind
// 101 and behind a CONNECT that succeeded, after missing bytes, and from the first byte that makes no sense. A turn's
// request is the first client payload after server payload, its response the first server payload after client payload.
//
// A value-initialised object is a fresh connection. How the bytes are cut doesn't change what is counted, and changes
// where it is counted only as on_client() and on_server() say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "http/message_scanner.h"
#include "http/protocol_sniffer.h"

namespace weir {

/// What a piece of a direction's bytes held.
struct Seen {
  std::uint16_t requests = 0;   // requests whose first byte was in it
  std::uint16_t responses = 0;  // final responses whose first byte was in it (1xx other than 101 are not final)
};

class ExchangeTracker {
 public:
  /// Takes the next bytes from the client, in sequence order. A request counts in the call that holds its first byte;
  /// only the first of a connection counts later, where the bytes that give the protocol away are cut: in the call that
  /// holds the last of them (the LF of the request line, the end of the HTTP/2 preface, the ClientHello's type).
  Seen on_client(std::span<const std::byte> bytes) {
    if (bytes.empty() || reading_ == Reading::kNothing) return {};
    if (reading_ == Reading::kTurns) return client_turn();
    return client_.take_within_body(bytes.size()) ? Seen{} : read_client(bytes);
  }

  /// Takes the next bytes from the server, in sequence order. A response counts, once, in the call that holds its first
  /// byte. Where the first 12 bytes of a message (up to the last digit of its status) are cut, it can't be told yet
  /// whether it is interim, and it counts at once: a final response's first byte would otherwise be gone before it was
  /// known to be one, and latency exists to hold that very frame. Should it turn out to be interim (a 1xx cut that
  /// early, rarer by far), it stands in for its final response, which then doesn't count again.
  Seen on_server(std::span<const std::byte> bytes) {
    if (bytes.empty() || reading_ == Reading::kNothing) return {};
    if (reading_ == Reading::kTurns) return server_turn();
    return server_.take_within_body(bytes.size()) ? Seen{} : read_server(bytes);
  }

  /// Bytes of a direction are missing: from here exchanges are counted by turns. Where the protocol isn't known yet,
  /// the next client bytes are taken for its first ones, and turns begin once they have shown it.
  void lose_client_sync();
  void lose_server_sync();

  [[nodiscard]] Protocol protocol() const { return protocol_; }
  [[nodiscard]] bool is_http() const { return protocol_ != Protocol::kUnknown && protocol_ != Protocol::kOther; }

 private:
  enum class Reading : std::uint8_t {
    kProtocol,  // until the first client bytes are known for something
    kMessages,  // HTTP/1: both scanners are at the right place
    kTurns,     // HTTP, but only who speaks is looked at
    kNothing,   // not HTTP
  };
  enum class Speaker : std::uint8_t { kServer, kClient };

  Seen read_client(std::span<const std::byte> bytes);
  Seen read_server(std::span<const std::byte> bytes);
  Seen sniff(std::span<const std::byte> bytes);
  Seen recognise(std::span<const std::byte> rest);
  void read_requests(std::span<const std::byte> bytes, Seen& seen);
  void read_responses(std::span<const std::byte> bytes, Seen& seen);
  void begin_request(Seen& seen);
  void take_method();
  void take_status(Seen& seen);
  void count_answer(Seen& seen);
  void forget_oldest_request();
  void read_by_turns(Speaker spoke_last);

  /// Whose turn it is, as far as messages were read: the client's while a request has no counted response.
  [[nodiscard]] Speaker speaker() const {
    return outstanding_ > (answer_counted_ ? 1 : 0) ? Speaker::kClient : Speaker::kServer;
  }
  Seen client_turn() {
    if (spoke_last_ == Speaker::kClient) return {};
    spoke_last_ = Speaker::kClient;
    return {.requests = 1, .responses = 0};
  }
  Seen server_turn() {
    if (spoke_last_ == Speaker::kServer) return {};
    spoke_last_ = Speaker::kServer;
    return {.requests = 0, .responses = 1};
  }

  MessageScanner client_{MessageScanner::Kind::kRequests};
  MessageScanner server_{MessageScanner::Kind::kResponses};
  std::uint32_t heads_ = 0;        // bit i: the i-th of the outstanding requests, oldest first, is a HEAD
  std::uint16_t outstanding_ = 0;  // requests begun whose final response's status isn't known yet
  ProtocolSniffer sniffer_;
  Protocol protocol_ = Protocol::kUnknown;
  Reading reading_ = Reading::kProtocol;
  Speaker spoke_last_ = Speaker::kServer;  // by turns
  bool connect_last_ : 1 = false;          // the newest outstanding request is a CONNECT
  bool answer_counted_ : 1 = false;        // the response of the oldest outstanding request has been counted
  bool turns_only_ : 1 = false;            // bytes are missing, or the server spoke, before the protocol was known
};
static_assert(sizeof(ExchangeTracker) <= 64);
static_assert(std::is_trivially_copyable_v<ExchangeTracker>);

}  // namespace weir
