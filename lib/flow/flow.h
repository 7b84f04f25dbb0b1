// A Flow is one connection: who it is, what we remember of it, and two lanes of waiting packets, one a direction.
// Invariants: a lane's packets leave in the order in which they were appended; a lane is keyed in the wheel at most
// once; an entry in the wheel or in the limiter's queue that carries an older epoch than the lane's is void.
// Owned by one worker; never shared.
#pragma once

#include <array>
#include <cstdint>

#include "base/packet.h"
#include "base/side.h"
#include "base/time.h"
#include "flow/flow_key.h"
#include "http/exchange_tracker.h"

namespace weir {

/// One direction's queue of held packets, first to leave at the head. Those up to `last_ticketed` hold a ticket of the
/// limiter; those behind it wait for their due time, which the wheel watches for the first of them.
struct Lane {
  Packet* head = nullptr;
  Packet* tail = nullptr;
  Packet* last_ticketed = nullptr;
  std::uint32_t epoch = 0;         // survives the flow's slot: never set back
  std::uint32_t arrived_end = 0;   // sequence number behind the last in-order byte that arrived
  std::uint32_t released_end = 0;  // sequence number behind the last byte handed to the other side
  std::uint16_t appended = 0;      // place of the last packet that joined, modulo 2^16
  std::uint16_t left = 0;          // place of the last packet that left by its head

  [[nodiscard]] bool empty() const { return head == nullptr; }
  [[nodiscard]] Packet* first_unticketed() const { return last_ticketed != nullptr ? last_ticketed->next : head; }
};

/// Whether the impairments care for a connection.
enum class Interest : std::uint8_t {
  kSniffing,  // its first client bytes have not told yet
  kSelected,  // an HTTP connection: shaped
  kIgnored,   // anything else, or one that weir had no room to count: untouched
};

/// What is known of the two ends' TCP states; only as much as weir acts on.
enum class Phase : std::uint8_t {
  kOpen,    // from the first frame seen
  kClosed,  // both FINs, or a RST, went by: freed once its lanes are empty and it has been quiet
  kReset,   // weir cut it: what arrives is answered with RST (spec, reset)
};

struct alignas(64) Flow {
  // first line: found by, and read on every frame
  FlowKey key;
  std::uint64_t draw_key = 0;   // everything drawn for this connection hangs on it
  std::uint32_t k = 0;          // how many-th connection of (client address, server address, server port)
  std::uint32_t exchanges = 0;  // responses begun
  std::uint32_t last_seen = 0;  // seconds of the run, for idle expiry
  Phase phase = Phase::kOpen;
  Interest interest = Interest::kSniffing;
  Side client : 1 = Side::kA;     // the side that sent the SYN; A where it was not seen
  std::uint8_t fins : 2 = 0;      // bit a direction: a FIN went by
  std::uint8_t arrived : 2 = 0;   // bit a direction: arrived_end means something
  std::uint8_t released : 2 = 0;  // bit a direction: released_end means something

  // second and third line: the lanes and what holds them
  std::array<Lane, 2> lanes;  // by the side a frame came in at
  Instant stalled_until;      // jitter: nothing of this connection leaves before
  Instant response_due_at;    // latency: the last held first byte is due then
  Instant opened_at;
  std::uint32_t jitter_second = 0;  // the last second of its life, counted from 1, in which jitter was drawn
  std::uint32_t jitter_draws = 0;
  std::uint32_t syn_sequence = 0;  // of the client's SYN: the same one again begins nothing
  std::uint32_t drops = 0;         // events of these kinds logged so far
  std::uint32_t absorbed = 0;

  // fourth line: only payload of selected connections touches it
  ExchangeTracker exchange_tracker;

  [[nodiscard]] Lane& lane(Side from) { return lanes[index_of(from)]; }
  [[nodiscard]] bool quiet() const { return lanes[0].empty() && lanes[1].empty(); }
};
static_assert(sizeof(Flow) <= 256);

}  // namespace weir
