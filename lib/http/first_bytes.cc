// ExchangeTracker, where a connection's bytes begin to mean something: the first ones, and after a loss of sync.
#include "http/exchange_tracker.h"

namespace weir {

using Event = MessageScanner::Event;

void ExchangeTracker::sniff(Piece& piece) {
  if (midway_ && spoke_last_ == Speaker::kClient) return;  // the rest of something that began unseen
  std::span<const std::byte> rest = piece.bytes;
  while (!rest.empty()) {
    const std::byte byte = rest.front();
    std::span<const std::byte> one = rest.first(1);
    const Event event = client_.scan(one);
    if (!head_open_ && event != Event::kNone) open_head(piece, piece.taken(rest));
    rest = rest.subspan(1);
    protocol_ = event == Event::kStartLine ? Protocol::kHttp1 : sniffer_.take(byte, event != Event::kBroken);
    if (protocol_ != Protocol::kUnknown) return recognise(rest, piece);
  }
}

/// The protocol has just become known; `rest` is what the piece holds behind the byte that gave it away.
void ExchangeTracker::recognise(std::span<const std::byte> rest, Piece& piece) {
  if (protocol_ == Protocol::kOther) {
    if (midway_) return begin_sniffing_anew(Speaker::kClient);
    head_open_ = false;
    reading_ = Reading::kNothing;
    return;
  }
  piece.count_request(piece.head_at);
  if (protocol_ == Protocol::kTls && piece.sink != nullptr) {
    reading_ = Reading::kHello;
    spoke_last_ = Speaker::kClient;  // this turn is counted
    return read_hello(piece);
  }
  if (protocol_ != Protocol::kHttp1 || turns_only_) return read_by_turns(Speaker::kClient);
  reading_ = Reading::kMessages;
  outstanding_ = 1;
  take_method();
  read_requests(rest, piece);
}

void ExchangeTracker::begin_sniffing_anew(Speaker spoke_last) {
  protocol_ = Protocol::kUnknown;
  client_ = MessageScanner(MessageScanner::Kind::kRequests);
  sniffer_ = ProtocolSniffer();
  spoke_last_ = spoke_last;
  turns_only_ = false;
  head_open_ = false;
}

/// The server speaks, or bytes of it are missing, before the protocol is known.
void ExchangeTracker::note_early_server() {
  if (midway_) return begin_sniffing_anew(Speaker::kServer);
  if (head_open_) turns_only_ = true;  // these bytes are gone before it is known what they mean
}

/// The client speaks, by turns.
void ExchangeTracker::open_turn(Piece& piece) {
  if (spoke_last_ == Speaker::kClient) return;
  if (protocol_ == Protocol::kHttp1 && !tunnel_ && begins_with_request_line(piece.bytes)) {
    begin_messages_anew();
    return read_requests(piece.bytes, piece);
  }
  spoke_last_ = Speaker::kClient;
  piece.count_request(0);
}

void ExchangeTracker::begin_messages_anew() {
  client_ = MessageScanner(MessageScanner::Kind::kRequests);
  server_ = MessageScanner(MessageScanner::Kind::kResponses);
  heads_ = 0;
  outstanding_ = 0;
  answer_counted_ = false;
  connect_last_ = false;
  reading_ = Reading::kMessages;
}

}  // namespace weir
