// ExchangeTracker, what it tells of heads: in place where a head lies whole in one piece, else put together in the
// slot that waits for the rest.
#include <array>

#include "http/client_hello.h"
#include "http/exchange_tracker.h"

namespace weir {

void ExchangeTracker::open_head(Piece& piece, std::size_t at) {
  head_open_ = true;
  piece.head_at = at;
}

/// The head's last byte is the one before `end`; where no head is open, it was a body's.
void ExchangeTracker::end_head(Piece& piece, std::size_t end) {
  if (!head_open_) return;
  head_open_ = false;
  std::span<const std::byte> head = piece.bytes.first(end).subspan(piece.head_at);
  piece.head_at = 0;
  if (!head_.empty()) {
    if (piece.sink != nullptr) head_.keep(piece.store, head);
    head = head_.bytes(piece.store);
  }
  const bool awaited = speaker() == Speaker::kClient;
  if (piece.sink != nullptr && awaited) {
    piece.seen.facts_lost = piece.seen.facts_lost || head_.lost();
    piece.sink->on_request(read_request_facts(head));
  }
  head_.drop(piece.store);
}

/// The piece is over. If its head goes on behind it, it waits; a hello keeps what it needs by itself.
void ExchangeTracker::keep_open_head(Piece& piece) {
  if (!head_open_) return head_.drop(piece.store);
  if (reading_ == Reading::kHello) return;
  if (piece.sink == nullptr) return head_.lose();
  head_.keep(piece.store, piece.bytes.subspan(piece.head_at));
}

void ExchangeTracker::read_hello(Piece& piece) {
  if (spoke_last_ == Speaker::kServer) piece.count_request(0);
  spoke_last_ = Speaker::kClient;
  if (piece.sink == nullptr) return read_by_turns(Speaker::kClient);
  const std::span<const std::byte> part = piece.bytes.subspan(piece.head_at);
  const bool begins_here = head_.empty();
  const HelloExtent extent = begins_here ? measure_client_hello(part) : HelloExtent::kPartial;
  if (extent == HelloExtent::kNone) return end_hello(piece, {}, false);
  if (extent == HelloExtent::kInRecord) return end_hello(piece, within_first_record(part), true);
  head_.keep(piece.store, part);
  const bool has_slot = !head_.bytes(piece.store).empty();
  if (has_slot) return read_kept_hello(piece);
  end_hello(piece, begins_here ? within_first_record(part) : std::span<const std::byte>{}, false);
}

/// Reads what is kept, once it is complete or nothing more can be kept.
void ExchangeTracker::read_kept_hello(Piece& piece) {
  const std::span<std::byte> kept = head_.bytes(piece.store);
  const HelloExtent extent = measure_client_hello(kept);
  if (extent == HelloExtent::kNone) return end_hello(piece, {}, false);
  if (extent == HelloExtent::kPartial && !head_.lost()) return;
  end_hello(piece, kept.first(strip_record_headers(kept)), extent != HelloExtent::kPartial);
}

/// Tells what the message says, as far as it goes.
void ExchangeTracker::end_hello(Piece& piece, std::span<const std::byte> message, bool is_whole) {
  std::array<std::string_view, kMostAlpns> alpns;
  piece.sink->on_hello(read_client_hello(message, alpns));
  piece.seen.facts_lost = !is_whole;
  read_by_turns(Speaker::kClient);
  head_.drop(piece.store);
}

}  // namespace weir
