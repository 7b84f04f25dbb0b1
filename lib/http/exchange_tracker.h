// What a connection speaks, and where its exchanges begin: fed with the bytes of both directions in order, it says
// how many requests and how many first bytes of responses were in them, and tells a sink what requests ask for. One
// object a connection, one cache line, no allocation; it never needs a byte twice, but for heads that are cut, which
// wait in a FactStore's slot if somebody wants their facts. Called by engine/shape on the worker's thread.
//
// On HTTP/1 exchanges are read from the bytes. By turns they are counted where bytes can't be read: TLS, HTTP/2, behind
// 101 and behind a CONNECT that succeeded, after missing bytes, and from the first byte that makes no sense. A turn's
// request is the first client payload after server payload, its response the first server payload after client payload.
// Where HTTP/1 was lost (not in tunnels), reading begins anew at the first turn of the client that begins with a whole
// request line; what was outstanding before it is forgotten.
//
// A value-initialised object is a fresh connection. How the bytes are cut doesn't change what is counted, and changes
// where it is counted only as on_client() and on_server() say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "http/kept_head.h"
#include "http/message_scanner.h"
#include "http/protocol_sniffer.h"
#include "http/request_facts.h"

namespace weir {

/// What a piece of a direction's bytes held.
struct Seen {
  std::uint16_t requests = 0;     // requests whose first byte was in it
  std::uint16_t responses = 0;    // final responses whose first byte was in it (1xx other than 101 are not final)
  std::uint16_t request_at = 0;   // where the first of those requests begins in the piece; 0 if before it
  std::uint16_t response_at = 0;  // where the first of those responses begins in the piece
  bool facts_lost = false;        // facts were told that are not all that the head said: it was cut, and not kept whole
};

class ExchangeTracker {
 public:
  /// Takes the next bytes from the client, in sequence order. A request counts in the call that holds its first byte;
  /// only the first of a connection counts later, where the bytes that give the protocol away are cut: in the call that
  /// holds the last of them (the LF of the request line, the end of the HTTP/2 preface, the ClientHello's type).
  ///
  /// @param sink is told the facts of each request, in order, in the call that holds the last byte of its head; of
  /// requests that count by turns, whose head breaks, or that have been answered before their head was complete, it is
  /// told nothing. Of a TLS connection it is told the ClientHello's, once: when it is complete, or given up.
  /// @param store keeps heads that are cut, for the sink. Null: those are told empty, and marked as lost. Once a store
  /// was given, each call must give it.
  Seen on_client(std::span<const std::byte> bytes, FactSink* sink = nullptr, FactStore* store = nullptr) {
    if (bytes.empty() || goes_on_with_client(bytes.size())) return {};
    return read_client({bytes, sink, store});
  }

  /// Takes the next bytes from the server, in sequence order. A response counts, once, in the call that holds its first
  /// byte. Where the first 12 bytes of a message (up to the last digit of its status) are cut, it can't be told yet
  /// whether it is interim, and it counts at once: a final response's first byte would otherwise be gone before it was
  /// known to be one, and latency exists to hold that very frame. Should it turn out to be interim (a 1xx cut that
  /// early, rarer by far), it stands in for its final response, which then doesn't count again.
  Seen on_server(std::span<const std::byte> bytes) {
    if (bytes.empty() || goes_on_with_server(bytes.size())) return {};
    if (reading_ == Reading::kTurns || reading_ == Reading::kHello) return server_turn();
    return read_server(bytes);
  }

  /// Takes a piece of so many bytes unseen where on_client() or on_server() would see nothing in it, and answers true;
  /// else takes nothing. Most pieces are of this kind.
  [[nodiscard]] bool goes_on_with_client(std::size_t size) {
    if (reading_ == Reading::kMessages) return client_.take_within_body(size);
    return reading_ == Reading::kNothing ||
           (reading_ == Reading::kTurns && spoke_last_ == Speaker::kClient && head_.empty());
  }
  [[nodiscard]] bool goes_on_with_server(std::size_t size) {
    if (reading_ == Reading::kMessages) return server_.take_within_body(size);
    return reading_ == Reading::kNothing || (reading_ != Reading::kProtocol && spoke_last_ == Speaker::kServer);
  }

  /// So many bytes of a direction are missing before the next piece. Inside a body nothing is lost by that: bodies are
  /// counted, not read. Elsewhere it is a loss of sync.
  void miss_client(std::uint32_t bytes) {
    if (reading_ != Reading::kMessages || !client_.take_missing(bytes)) lose_client_sync();
  }
  void miss_server(std::uint32_t bytes) {
    if (reading_ != Reading::kMessages || !server_.take_missing(bytes)) lose_server_sync();
  }

  /// An unknown number of bytes of a direction is missing: from here exchanges are counted by turns. Where the protocol
  /// isn't known yet, the client's is a connection joined midway.
  void lose_client_sync();
  void lose_server_sync();

  /// Before the first bytes: the connection began unseen. Client bytes that are no request then prove nothing: the
  /// protocol stays unknown, and each turn of the client is looked at for a beginning.
  void join_midway() { midway_ = true; }

  /// The connection is over, or nobody wants facts any more: gives a slot back that is still held.
  void give_up_facts(FactStore& store) {
    head_open_ = false;
    head_.drop(&store);
    if (reading_ == Reading::kHello) reading_ = Reading::kTurns;
  }

  /// The client's first bytes were not HTTP's, and some rule selects the connection all the same: from here its
  /// exchanges are counted by turns, of which those bytes began the first.
  void count_turns() {
    if (reading_ == Reading::kNothing) read_by_turns(Speaker::kClient);
  }

  [[nodiscard]] Protocol protocol() const { return protocol_; }
  [[nodiscard]] bool is_http() const { return protocol_ != Protocol::kUnknown && protocol_ != Protocol::kOther; }
  /// Exchanges are read from the bytes: facts that were told belong to the responses that count next, in their order.
  /// Else they are counted by turns, and what was told before belongs to nothing for certain.
  [[nodiscard]] bool reads_messages() const { return reading_ == Reading::kMessages; }

 private:
  enum class Reading : std::uint8_t {
    kProtocol,  // until the first client bytes are known for something
    kMessages,  // HTTP/1: both scanners are at the right place
    kTurns,     // HTTP, but only who speaks is looked at
    kHello,     // as kTurns, while a ClientHello is still coming in
    kNothing,   // not HTTP
  };
  enum class Speaker : std::uint8_t { kServer, kClient };

  /// A piece of the client's bytes, and what comes of it.
  struct Piece {
    std::span<const std::byte> bytes;
    FactSink* sink;
    FactStore* store;
    std::size_t head_at = 0;  // where the head in progress begins; 0 also if that was before the piece
    Seen seen = {};

    /// How many of the bytes have been taken, when `rest` are left.
    [[nodiscard]] std::size_t taken(std::span<const std::byte> rest) const { return bytes.size() - rest.size(); }
    void count_request(std::size_t at) {
      if (seen.requests++ == 0) seen.request_at = static_cast<std::uint16_t>(at);
    }
  };

  // exchange_tracker.cc
  Seen read_client(Piece piece);
  Seen read_server(std::span<const std::byte> bytes);
  void read_requests(std::span<const std::byte> rest, Piece& piece);
  void read_responses(std::span<const std::byte> bytes, Seen& seen);
  void begin_request(Piece& piece, std::size_t at);
  void take_method();
  void take_status(Seen& seen, std::size_t at);
  void count_answer(Seen& seen, std::size_t at);
  void forget_oldest_request();
  void read_by_turns(Speaker spoke_last);

  // first_bytes.cc: what it is, and where reading begins anew
  void sniff(Piece& piece);
  void recognise(std::span<const std::byte> rest, Piece& piece);
  void begin_sniffing_anew(Speaker spoke_last);
  void note_early_server();
  void open_turn(Piece& piece);
  void begin_messages_anew();

  // cut_heads.cc: facts
  void open_head(Piece& piece, std::size_t at);
  void end_head(Piece& piece, std::size_t end);
  void keep_open_head(Piece& piece);
  void read_hello(Piece& piece);
  void read_kept_hello(Piece& piece);
  void end_hello(Piece& piece, std::span<const std::byte> message, bool is_whole);

  /// Whose turn it is, as far as messages were read: the client's while a request has no counted response.
  [[nodiscard]] Speaker speaker() const {
    return outstanding_ > (answer_counted_ ? 1 : 0) ? Speaker::kClient : Speaker::kServer;
  }
  Seen server_turn() {
    spoke_last_ = Speaker::kServer;
    return {.responses = 1};
  }

  MessageScanner client_{MessageScanner::Kind::kRequests};
  MessageScanner server_{MessageScanner::Kind::kResponses};
  std::uint32_t heads_ = 0;        // bit i: the i-th of the outstanding requests, oldest first, is a HEAD
  std::uint16_t outstanding_ = 0;  // requests begun whose final response's status isn't known yet
  KeptHead head_;                  // what earlier pieces held of the open head
  ProtocolSniffer sniffer_;
  Protocol protocol_ = Protocol::kUnknown;
  Reading reading_ = Reading::kProtocol;
  Speaker spoke_last_ = Speaker::kServer;  // by turns, and while the protocol of a connection joined midway is sought
  bool connect_last_ : 1 = false;          // the newest outstanding request is a CONNECT
  bool answer_counted_ : 1 = false;        // the response of the oldest outstanding request has been counted
  bool turns_only_ : 1 = false;  // the server spoke, or bytes of it are missing, inside the first request line
  bool head_open_ : 1 = false;   // a request's head, or what may become one, or a ClientHello is incomplete
  bool midway_ : 1 = false;      // the connection's first bytes were not seen
  bool tunnel_ : 1 = false;      // what comes is no HTTP/1 any more
};
static_assert(sizeof(ExchangeTracker) <= 64);
static_assert(std::is_trivially_copyable_v<ExchangeTracker>);

}  // namespace weir
