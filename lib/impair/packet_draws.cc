#include "impair/packet_draws.h"

#include "impair/correlated.h"
#include "impair/draw_counter.h"
#include "impair/loss_chain.h"

namespace weir {
namespace {

/// The draws of one packet.
struct Draws {
  std::uint64_t key = 0;
  std::uint32_t n = 0;
  DrawLane lane;

  [[nodiscard]] std::uint64_t bits(Impairment impairment, Aspect aspect) const {
    return bits_for(key, impairment, aspect, n, lane);
  }
  [[nodiscard]] std::uint64_t bits(Impairment impairment, Aspect aspect, double correlation) const {
    return correlated_bits(correlation, n,
                           [&](std::uint32_t of) { return bits_for(key, impairment, aspect, of, lane); });
  }
};

bool concerns(const PacketRule& rule, unsigned direction, std::uint32_t n) {
  const bool this_way = direction == 0 ? rule.up : rule.down;
  return this_way && (rule.nth == 0 || n == rule.nth - 1);
}

LossStep lose(const LossModel& model, double correlation, const Draws& draws, std::uint8_t state) {
  const bool is_chain = model.kind != LossModel::Kind::kBernoulli;
  const std::uint64_t first = is_chain ? draws.bits(Impairment::kLoss, Aspect::kStep)
                                       : draws.bits(Impairment::kLoss, Aspect::kStrike, correlation);
  const bool second = takes_second_draw(model, state);
  return step(model, state, first, second ? draws.bits(Impairment::kLoss, Aspect::kStrike) : 0);
}

/// Whether something of this probability strikes; the first that does leaves its draw in the fate.
bool strikes(double probability, double correlation, Impairment impairment, const Draws& draws, PacketFate& fate) {
  if (!(probability > 0.0)) return false;
  const double draw = unit_interval(draws.bits(impairment, Aspect::kStrike, correlation));
  if (draw >= probability) return false;
  if (!fate.duplicate && !fate.corrupt) fate.draw = draw;
  return true;
}

bool may_overtake(const PacketRule& rule, std::uint32_t n) {
  return rule.gap <= 1 || n % rule.gap == rule.gap - 1;
}

}  // namespace

PacketFate decide_packet(const PacketRule& rule, std::uint64_t draw_key, unsigned direction, unsigned rule_number,
                         std::uint32_t n, std::uint8_t& loss_state) {
  PacketFate fate;
  if (!concerns(rule, direction, n)) return fate;
  const Draws draws{draw_key, n, {static_cast<std::uint8_t>(direction), rule_number}};
  if (rule.loss) {
    const LossStep step = lose(*rule.loss, rule.correlation.loss, draws, loss_state);
    loss_state = step.state;
    fate.lost = step.lost;
    if (step.lost) {
      fate.draw = step.draw;
      return fate;
    }
  }
  fate.duplicate = strikes(rule.duplicate, rule.correlation.duplicate, Impairment::kDuplicate, draws, fate);
  fate.corrupt = strikes(rule.corrupt, rule.correlation.corrupt, Impairment::kCorrupt, draws, fate);
  if (fate.corrupt) fate.corrupt_bit = static_cast<std::uint32_t>(draws.bits(Impairment::kCorrupt, Aspect::kPlace));
  fate.overtakes =
      may_overtake(rule, n) && strikes(rule.reorder, rule.correlation.reorder, Impairment::kReorder, draws, fate);
  if (rule.delay && !fate.overtakes) {
    fate.delay = rule.delay->draw(draws.bits(Impairment::kDelay, Aspect::kLength, rule.correlation.delay));
  }
  return fate;
}

}  // namespace weir
