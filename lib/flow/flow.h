// A Flow is one connection: who it is, what we remember of it, and two lanes of waiting packets, one a direction.
// Invariants: a lane's packets leave in the order in which they were appended; a lane is keyed in the wheel at most
// once; an entry in the wheel or in the limiter's queue that carries an older epoch than the lane's is void.
// Owned by one worker; never shared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "base/packet.h"
#include "base/side.h"
#include "base/time.h"
#include "flow/flow_key.h"
#include "flow/piece_store.h"
#include "http/exchange_tracker.h"
#include "rate/pacer.h"

namespace weir {

/// One direction's queue of held packets, first to leave at the head. Those up to `last_ticketed` hold a ticket of the
/// limiter; those behind it wait for their due time, which the wheel watches for the first of them. And what is known
/// of the direction's sequence numbers.
struct alignas(64) Lane {
  Packet* head = nullptr;
  Packet* tail = nullptr;
  Packet* last_ticketed = nullptr;
  Instant held_until;                        // latency: the last held first byte that came in here is due then
  std::uint32_t epoch = 0;                   // survives the flow's slot: never set back
  std::uint32_t arrived_end = 0;             // behind the last in-order byte that arrived
  std::uint32_t released_end = 0;            // behind all that was handed to the other side without a hole
  std::uint32_t furthest_end = 0;            // behind the last byte that was handed over, holes or not
  std::uint32_t newest_ack = 0;              // the newest acknowledgment that came in here, of the other lane's bytes
  std::uint32_t beyond = PieceStore::kNone;  // what was handed over behind holes, a list of the worker's PieceStore
  std::uint16_t appended = 0;                // place of the last packet that joined, modulo 2^16
  std::uint16_t left = 0;                    // place of the last packet that left by its head
  bool has_arrived = false;                  // arrived_end means something
  bool has_released = false;                 // released_end and furthest_end do
  bool has_acked = false;                    // newest_ack does

  [[nodiscard]] bool empty() const { return head == nullptr; }
  [[nodiscard]] Packet* first_unticketed() const { return last_ticketed != nullptr ? last_ticketed->next : head; }
};
static_assert(sizeof(Lane) == 64, "a lane is one cache line");

/// Whether the impairments care for a connection.
enum class Interest : std::uint8_t {
  kSniffing,  // its first client bytes have not told yet
  kSelected,  // some rule selects it, or may select an exchange of it: shaped
  kIgnored,   // no rule can, or only one that does nothing, or weir had no room to count it: untouched
};

/// What is known of the two ends' TCP states; only as much as weir acts on.
enum class Phase : std::uint8_t {
  kOpen,    // from the first frame seen
  kClosed,  // both FINs, or a RST, went by: freed once its lanes are empty and it has been quiet
  kCut,     // weir ended it: what arrives is answered, or swallowed (spec, reset)
};

/// What an end hears of weir when it goes on with a connection that was cut.
enum class Answer : std::uint8_t {
  kRst,      // as a closed socket answers (RFC 9293, 3.10.7.1)
  kSilence,  // nothing: the other end has vanished
  kClosing,  // as an end answers that has sent its FIN and reads no more
};

/// What a cut that is drawn already waits for.
enum class CutPending : std::uint8_t {
  kNo,
  kSynAck,     // the server's answer to the SYN, in whose place it comes
  kHandshake,  // the client's answer to that, behind which it comes
  kBytes,      // so many bytes of the response
  kDeparture,  // that all before cut_sequence have left
  kTime,       // the wheel
};

/// Requests of which is remembered what rule they come under, while their responses have not begun.
inline constexpr std::size_t kMostRulesAhead = 16;

struct alignas(64) Flow {
  // first line: found by, and read on every frame
  FlowKey key;
  std::uint32_t last_seen = 0;  // seconds of the run, for idle expiry
  std::uint32_t selection = 0;  // what its rule numbers mean (engine/scene.h)
  Instant stalled_until;        // jitter: nothing of this connection leaves before
  Phase phase = Phase::kOpen;
  Interest interest = Interest::kSniffing;
  CutPending cut_pending = CutPending::kNo;
  std::uint8_t rule = 255;           // number of the rule that it comes under now (impair/select.h)
  Side client = Side::kA;            // the side that sent the SYN; A where it was not seen
  bool knows_protocol = false;       // the rules have been asked about it
  std::uint8_t fins : 2 = 0;         // bit a direction: a FIN went by
  std::uint8_t budget : 2 = 0;       // bit a direction: which budget its packets with tickets wait for
  std::uint8_t carried : 2 = 0;      // bit a direction: data has been seen by packet rules
  std::uint8_t timestamped : 2 = 0;  // bit a direction: newest_timestamp means something
  std::uint8_t kind = 0;             // what is no TCP: its bit of traffic

  // a line for each direction, by the side a frame came in at
  std::array<Lane, 2> lanes;

  // fourth line: only payload of connections that may be selected touches it
  ExchangeTracker exchange_tracker;

  // from here on what single frames do not need: exchanges and draws
  std::uint64_t draw_key = 0;  // everything drawn for this connection hangs on it
  Instant opened_at;
  Instant jitter_again_at;      // the next second of its life, of which no data has drawn jitter yet, begins then
  std::uint32_t k = 0;          // how many-th connection of (client address, server address, server port)
  std::uint32_t exchanges = 0;  // responses begun
  std::uint32_t requests = 0;   // begun
  std::uint32_t jitter_draws = 0;
  std::uint32_t syn_sequence = 0;  // of the client's SYN: the same one again begins nothing
  std::uint32_t drops = 0;         // events of these kinds logged so far
  std::uint32_t absorbed = 0, duplicated = 0, corrupted = 0, reordered = 0, marked = 0;
  bool settled = false;       // `rule` is that of every exchange
  bool wants_facts = false;   // some rule hangs on what bytes say
  bool awaits_hello = false;  // some rule hangs on what the ClientHello says
  bool counted = false;       // it has a k: else it is untouched for good
  bool opened = false;        // it was selected once, and counted as such
  std::uint8_t dscp = 0;      // of its first frame
  std::uint16_t vlan = 0;     // of its first frame; 0: untagged

  // a cut, drawn and not done yet, or done
  std::array<Answer, 2> answers{};  // by the side that goes on
  std::uint8_t cut_how = 0;         // ResetRule::How: what was drawn stays so, whatever the rules become
  std::uint8_t told = 0;            // bit a side: that end has been sent a RST or FIN by weir
  std::uint32_t timer_epoch = 0;    // of its timer in the wheel; survives the flow's slot: never set back
  std::uint64_t cut_after = 0;      // kBytes: bytes that still go by, counted from the next that has not arrived
  std::uint32_t cut_sequence = 0;   // kDeparture: of the first byte that does not go by
  std::uint32_t cut_exchange = 0;   // the number of the draw that struck, for captures
  std::array<std::uint32_t, 2> newest_timestamp{};  // that came in at a side while a cut in the body was pending
  Packet* model = nullptr;                          // kTime: headers to make the RSTs of

  // what rules it may come under, and what packet rules have counted
  std::uint64_t candidates = 0;                             // impair/select.h
  std::array<std::uint8_t, kMostRulesAhead> rules_ahead{};  // of requests whose responses have not begun
  std::uint8_t rules_ahead_first = 0;
  std::uint8_t rules_ahead_count = 0;
  std::array<std::array<std::uint8_t, 2>, kMostPacketRules> loss_states{};
  std::array<std::array<std::uint32_t, 2>, kMostPacketRules> packet_counts{};
  std::array<std::uint32_t, 2> delayed{};  // packets that latency per packet was drawn for, by direction

  Pacer pacer;  // a rate of this connection's own, of both directions together

  // of QUIC: the destination connection ID of the Initial that it began with (RFC 9000, 17.2), for other rules
  std::array<std::byte, 20> quic_id{};
  std::uint8_t quic_id_length = 0;

  [[nodiscard]] Lane& lane(Side from) { return lanes[index_of(from)]; }
  [[nodiscard]] bool quiet() const { return lanes[0].empty() && lanes[1].empty(); }
};
static_assert(offsetof(Flow, lanes) == 64 && offsetof(Flow, exchange_tracker) == 192, "lines as they are described");
static_assert(sizeof(Flow) <= 512);

}  // namespace weir
