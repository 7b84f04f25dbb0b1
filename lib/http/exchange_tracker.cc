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

Seen ExchangeTracker::read_client(std::span<const std::byte> bytes) {
  if (reading_ == Reading::kProtocol) return sniff(bytes);
  Seen seen;
  read_requests(bytes, seen);
  return seen;
}

Seen ExchangeTracker::read_server(std::span<const std::byte> bytes) {
  if (reading_ == Reading::kProtocol) {
    turns_only_ = true;  // these bytes are gone before it is known what they mean
    return {};
  }
  Seen seen;
  read_responses(bytes, seen);
  return seen;
}

Seen ExchangeTracker::sniff(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::byte byte = bytes.front();
    std::span<const std::byte> one = bytes.first(1);
    const Event event = client_.scan(one);
    bytes = bytes.subspan(1);
    protocol_ = event == Event::kStartLine ? Protocol::kHttp1 : sniffer_.take(byte, event != Event::kBroken);
    if (protocol_ != Protocol::kUnknown) return recognise(bytes);
  }
  return {};
}

/// The protocol has just become known; `rest` is what the piece holds behind the byte that gave it away.
Seen ExchangeTracker::recognise(std::span<const std::byte> rest) {
  if (protocol_ == Protocol::kOther) {
    reading_ = Reading::kNothing;
    return {};
  }
  Seen seen{.requests = 1, .responses = 0};
  if (protocol_ != Protocol::kHttp1 || turns_only_) {
    read_by_turns(Speaker::kClient);
    return seen;
  }
  reading_ = Reading::kMessages;
  outstanding_ = 1;
  take_method();
  read_requests(rest, seen);
  return seen;
}

void ExchangeTracker::read_requests(std::span<const std::byte> bytes, Seen& seen) {
  while (!bytes.empty() && reading_ == Reading::kMessages) {
    switch (client_.scan(bytes)) {
      case Event::kBegun:
        begin_request(seen);
        break;
      case Event::kStartLine:
        take_method();
        break;
      case Event::kBroken:
        read_by_turns(speaker());
        if (client_turn().requests > 0) ++seen.requests;
        break;
      case Event::kEnded:
      case Event::kNone:
        break;
    }
  }
}

void ExchangeTracker::begin_request(Seen& seen) {
  // Behind a CONNECT that isn't answered yet, bytes are the tunnel's or the next request's: only the answer tells.
  if (connect_last_ || outstanding_ == kMostOutstanding) return read_by_turns(Speaker::kClient);
  ++outstanding_;
  ++seen.requests;
}

void ExchangeTracker::take_method() {
  if (outstanding_ == 0) return;  // answered before its first line was complete
  if (client_.method() == Word::kConnect) {
    client_.expect_no_body();
    connect_last_ = true;
  }
  if (client_.method() != Word::kHead) return;
  if (outstanding_ > kMostKnown) return read_by_turns(Speaker::kClient);
  heads_ |= 1U << (outstanding_ - 1U);
}

void ExchangeTracker::read_responses(std::span<const std::byte> bytes, Seen& seen) {
  while (!bytes.empty() && reading_ == Reading::kMessages) {
    switch (server_.scan(bytes)) {
      case Event::kBegun:
        if (outstanding_ == 0) read_by_turns(Speaker::kServer);  // nobody asked: no exchange
        break;
      case Event::kStartLine:
        take_status(seen);
        break;
      case Event::kBroken:
        read_by_turns(speaker());
        if (server_turn().responses > 0) ++seen.responses;
        break;
      case Event::kEnded:
      case Event::kNone:
        break;
    }
  }
  if (reading_ == Reading::kMessages && server_.awaits_status()) count_answer(seen);
}

void ExchangeTracker::count_answer(Seen& seen) {
  if (!answer_counted_) ++seen.responses;
  answer_counted_ = true;
}

void ExchangeTracker::take_status(Seen& seen) {
  const unsigned status = server_.status();
  if (is_interim(status)) return server_.expect_no_body();
  count_answer(seen);
  const bool to_head = (heads_ & 1U) != 0;
  const bool to_connect = connect_last_ && outstanding_ == 1;
  forget_oldest_request();
  if (status == kSwitchingProtocols || (to_connect && is_success(status))) return read_by_turns(Speaker::kServer);
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
}

void ExchangeTracker::lose_client_sync() {
  if (reading_ == Reading::kMessages) return read_by_turns(speaker());
  if (reading_ != Reading::kProtocol) return;
  *this = ExchangeTracker();
  turns_only_ = true;
}

void ExchangeTracker::lose_server_sync() {
  if (reading_ == Reading::kMessages) return read_by_turns(speaker());
  turns_only_ = true;
}

}  // namespace weir
