#include "impair/loss_chain.h"

#include "base/draw.h"

namespace weir {
namespace {

// Probabilities are compared as they are given: turning bits into a number costs no more than comparing thresholds
// would, and what the log shows is what was compared.

constexpr std::uint8_t kBad = 1;

enum FourState : std::uint8_t { kReceivedInGap = 0, kReceivedInBurst = 1, kLostInBurst = 2, kLostAlone = 3 };

double loss_in(const LossModel& model, std::uint8_t state) {
  return (state & kBad) != 0 ? model.lost_in_bad : model.lost_in_good;
}

LossStep gilbert_elliott(const LossModel& model, std::uint8_t state, std::uint64_t bits_a, std::uint64_t bits_b) {
  const bool was_bad = (state & kBad) != 0;
  const double a = unit_interval(bits_a);
  const bool changes = a < (was_bad ? model.r : model.p);
  const std::uint8_t next = was_bad != changes ? kBad : 0;
  if (!takes_second_draw(model, state)) return {next, loss_in(model, state) >= 1.0, a};
  const double b = unit_interval(bits_b);
  return {next, b < loss_in(model, state), b};
}

FourState next_of_four(const LossModel& model, std::uint8_t state, double draw) {
  switch (state & 3U) {
    case kReceivedInGap:
      if (draw < model.p14) return kLostAlone;
      return draw < model.p14 + model.p13 ? kLostInBurst : kReceivedInGap;
    case kReceivedInBurst:
      return draw < model.p23 ? kLostInBurst : kReceivedInBurst;
    case kLostInBurst:
      if (draw < model.p32) return kReceivedInBurst;
      return draw < model.p32 + model.p31 ? kReceivedInGap : kLostInBurst;
    default:
      return kReceivedInGap;
  }
}

}  // namespace

bool takes_second_draw(const LossModel& model, std::uint8_t state) {
  if (model.kind != LossModel::Kind::kGilbertElliott) return false;
  const double loss = loss_in(model, state);
  return loss > 0.0 && loss < 1.0;
}

LossStep step(const LossModel& model, std::uint8_t state, std::uint64_t bits_a, std::uint64_t bits_b) {
  const double a = unit_interval(bits_a);
  switch (model.kind) {
    case LossModel::Kind::kBernoulli:
      break;
    case LossModel::Kind::kGilbertElliott:
      return gilbert_elliott(model, state, bits_a, bits_b);
    case LossModel::Kind::kFourState: {
      const FourState next = next_of_four(model, state, a);
      return {next, next == kLostInBurst || next == kLostAlone, a};
    }
  }
  return {0, a < model.p, a};
}

}  // namespace weir
