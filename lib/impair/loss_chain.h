// Loss with memory: one step of a Markov chain a packet, as Linux's netem takes it (net/sched/sch_netem.c,
// loss_gilb_ell and loss_4state, after Salsano, Ludovici, Ordine, Giannuzzi: "Definition of a general and intuitive
// loss model for packet networks and its implementation in the Netem module in the Linux kernel", 2012). The state
// belongs to the caller: one for each connection, direction and rule, 0 (good) before the first packet. Pure; called on
// worker threads.
#pragma once

#include <cstdint>

#include "impair/packet_rule.h"

namespace weir {

struct LossStep {
  std::uint8_t state = 0;  // for the next packet
  bool lost = false;       // this packet
  double draw = 0;         // the uniform draw that decided, in [0, 1)
};

/// Whether the step of a packet in this state needs its second draw: only Gilbert-Elliott's does, and only where the
/// state loses some packets and not others.
[[nodiscard]] bool takes_second_draw(const LossModel& model, std::uint8_t state);

/// The fate of the packet that finds the chain in `state`, and where the chain goes.
/// - kBernoulli: lost if bits_a strike p. No state.
/// - kGilbertElliott, 0 good and 1 bad: bits_a decide the transition; whether the packet is lost is decided by bits_b
///   with the loss of the state before it. bits_b may be anything where takes_second_draw is false.
/// - kFourState, 0 received in a gap, 1 received in a burst, 2 lost in a burst, 3 lost alone (states 1, 2, 3, 4 of the
///   paper): bits_a decide the transition, and the packet is lost if that leads to 2 or 3. Out of 3 the chain always
///   returns to 0.
/// Probabilities that leave a state and sum to more than 1 are cut in netem's order (p14 before p13, p32 before p31).
[[nodiscard]] LossStep step(const LossModel& model, std::uint8_t state, std::uint64_t bits_a, std::uint64_t bits_b);

}  // namespace weir
