#include "http/exchange_tracker.h"

namespace weir {
namespace {

using Event = MessageScanner::Event;

constexpr unsigned kSwitchingProtocols = 101;  // RFC 9110, 15.2.2
constexpr unsigned kNoContent = 204;           // RFC 9110, 15.3.5
constexpr unsigned kNotModified = 304;         // RFC 9110, 15.4.5

constexpr std::uint16_t kMostOutstanding = UINT16_MAX;
constexpr std::uint16_t kMostKnown = 32;  // outstanding requests of which it is known whether they are HEADs

[[nodiscard]] bool is_interim(unsigned status) {
  return status < 200 && status != kSwitchingProtocols;
}
[[nodiscard]] bool is_success(unsigned status) {
  return status >= 200 && status < 300;
}

}  // namespace

Seen ExchangeTracker::read_client(Piece piece) {
  if (!head_open_) head_.drop(piece.store);  // of a head that came to nothing
  switch (reading_) {
    case Reading::kProtocol:
      sniff(piece);
      break;
    case Reading::kHello:
      read_hello(piece);
      break;
    case Reading::kTurns:
      open_turn(piece);
      break;
    default:
      read_requests(piece.bytes, piece);
  }
  keep_open_head(piece);
  return piece.seen;
}

Seen ExchangeTracker::read_server(std::span<const std::byte> bytes) {
  Seen seen;
  if (reading_ == Reading::kProtocol) {
    note_early_server();
  } else {
    read_responses(bytes, seen);
  }
  return seen;
}

void ExchangeTracker::read_requests(std::span<const std::byte> rest, Piece& piece) {
  while (!rest.empty() && reading_ == Reading::kMessages) {
    switch (client_.scan(rest)) {
      case Event::kBegun:
        begin_request(piece, piece.taken(rest) - 1);
        break;
      case Event::kStartLine:
        take_method();
        break;
      case Event::kHead:
      case Event::kEnded:
        end_head(piece, piece.taken(rest));
        break;
      case Event::kBroken:
        if (speaker() == Speaker::kServer) piece.count_request(piece.taken(rest) - 1);
        read_by_turns(Speaker::kClient);
        break;
      case Event::kNone:
        break;
    }
  }
}

void ExchangeTracker::begin_request(Piece& piece, std::size_t at) {
  // Behind a CONNECT that isn't answered yet, bytes are the tunnel's or the next request's: only the answer tells.
  if (connect_last_ || outstanding_ == kMostOutstanding) return read_by_turns(Speaker::kClient);
  ++outstanding_;
  piece.count_request(at);
  open_head(piece, at);
}

void ExchangeTracker::take_method() {
  if (outstanding_ == 0) return;  // answered before its first line was complete
  if (client_.method() == Keyword::kConnect) {
    client_.expect_no_body();
    connect_last_ = true;
  }
  if (client_.method() != Keyword::kHead) return;
  if (outstanding_ > kMostKnown) return read_by_turns(Speaker::kClient);
  heads_ |= 1U << (outstanding_ - 1U);
}

void ExchangeTracker::read_responses(std::span<const std::byte> bytes, Seen& seen) {
  const std::size_t size = bytes.size();
  std::size_t begun_at = 0;
  while (!bytes.empty() && reading_ == Reading::kMessages) {
    switch (server_.scan(bytes)) {
      case Event::kBegun:
        begun_at = size - bytes.size() - 1;
        if (outstanding_ == 0) read_by_turns(Speaker::kServer);  // nobody asked: no exchange
        break;
      case Event::kStartLine:
        take_status(seen, begun_at);
        break;
      case Event::kEnded:
        begun_at = size - bytes.size();
        break;
      case Event::kBroken:
        if (speaker() == Speaker::kClient) answer_counted_ = false, count_answer(seen, begun_at);
        read_by_turns(Speaker::kServer);
        break;
      case Event::kHead:
      case Event::kNone:
        break;
    }
  }
  if (reading_ == Reading::kMessages && server_.awaits_status()) count_answer(seen, begun_at);
}

void ExchangeTracker::count_answer(Seen& seen, std::size_t at) {
  if (answer_counted_) return;
  answer_counted_ = true;
  if (seen.responses++ == 0) seen.response_at = static_cast<std::uint16_t>(at);
}

void ExchangeTracker::take_status(Seen& seen, std::size_t at) {
  const unsigned status = server_.status();
  if (is_interim(status)) return server_.expect_no_body();
  count_answer(seen, at);
  const bool to_head = (heads_ & 1U) != 0;
  const bool to_connect = connect_last_ && outstanding_ == 1;
  forget_oldest_request();
  if (status == kSwitchingProtocols || (to_connect && is_success(status))) {
    tunnel_ = true;
    return read_by_turns(Speaker::kServer);
  }
  if (to_head || status == kNoContent || status == kNotModified) server_.expect_no_body();
}

void ExchangeTracker::forget_oldest_request() {
  --outstanding_;
  heads_ >>= 1U;
  answer_counted_ = false;
  if (outstanding_ == 0) connect_last_ = false;
}

void ExchangeTracker::read_by_turns(Speaker spoke_last) {
  reading_ = Reading::kTurns;
  spoke_last_ = spoke_last;
  head_open_ = false;
  if (connect_last_) tunnel_ = true;  // its answer will not be read: it may have succeeded
}

void ExchangeTracker::lose_client_sync() {
  switch (reading_) {
    case Reading::kMessages:
      return read_by_turns(speaker());
    case Reading::kHello:
      return head_.lose();
    case Reading::kProtocol:
      midway_ = true;
      return begin_sniffing_anew(Speaker::kServer);
    default:
      return;
  }
}

void ExchangeTracker::lose_server_sync() {
  if (reading_ == Reading::kMessages) return read_by_turns(speaker());
  if (reading_ == Reading::kProtocol) note_early_server();
}

}  // namespace weir
