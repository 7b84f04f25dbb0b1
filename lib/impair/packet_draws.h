// What happens to a single packet: a pure function of (rule, connection, direction, rule number, n) and, for loss with
// memory, of the packets before it. Counters: draw_counter.h, so that no draw is shared between directions, rules or
// impairments. Only what the rule asks for is drawn. Called on worker threads, once for each packet and rule.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "impair/packet_rule.h"

namespace weir {

/// All of it may hold at once, except that of a lost packet nothing else is drawn: what was asked as loss is what gets
/// lost, and duplicates are a share of the rest. (netem lets a packet that is both lost and duplicated through once.)
struct PacketFate {
  bool lost = false;
  bool duplicate = false;
  bool corrupt = false;
  bool overtakes = false;         // skips the delay, and so the packets that wait for theirs
  Duration delay;                 // 0 if it overtakes
  std::uint32_t corrupt_bit = 0;  // uniform over all 32 bits, to be reduced to the bits of the frame; if corrupt
  double draw = 0;                // behind the first that struck of loss, duplicate, corrupt, overtakes; 0 if none did
};

/// The fate of the n-th packet (from 0) of the rule's class in this connection and direction (0 up, 1 down).
/// @param rule_number tells the connection's packet rules apart; the same number draws the same.
/// @param loss_state belongs to the same connection, direction and rule, 0 before the first packet; one step is taken.
/// Packets that the rule excludes by direction or by `nth` have no fate and take no step. The class (rule.segments) is
/// the caller's to judge, as it counts n.
/// With a gap g, packets g - 1, 2g - 1, ... may overtake. (netem's counter goes on from the last one that did, so that
/// with a probability below 1 the packet after a spared one is the next candidate; at 1 both are the same.)
[[nodiscard]] PacketFate decide_packet(const PacketRule& rule, std::uint64_t draw_key, unsigned direction,
                                       unsigned rule_number, std::uint32_t n, std::uint8_t& loss_state);

}  // namespace weir
