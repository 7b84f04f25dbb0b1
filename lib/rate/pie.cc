#include "rate/pie.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

__extension__ using Wide = __int128;

constexpr Duration kMostBurst = milliseconds(150);  // RFC 8033, 4.1
constexpr std::int64_t kPerMyriad = Pie::kOne / 10'000;

// RFC 8033, 4.2: small probabilities move in small steps.
struct Step {
  std::int64_t below;
  std::int64_t divisor;
};
constexpr std::array kSteps = {
    Step{Pie::kOne / 1'000'000, 2'048}, Step{Pie::kOne / 100'000, 512}, Step{kPerMyriad, 128},
    Step{10 * kPerMyriad, 32},          Step{100 * kPerMyriad, 8},      Step{1'000 * kPerMyriad, 2}};

std::int64_t divisor_at(std::int64_t probability) {
  const auto* const step = std::ranges::find_if(kSteps, [=](const Step& each) { return probability < each.below; });
  return step == kSteps.end() ? 1 : step->divisor;
}

// alpha * (delay - target) + beta * (delay - before), alpha = 1/8 and beta = 5/4 a second (RFC 8033, 4.2).
std::int64_t change_of(Duration target, Duration delay, Duration before, std::int64_t divisor) {
  constexpr std::int64_t kEighthsASecond = 8'000'000'000;
  const Wide eighths = Wide{(delay - target).nanoseconds()} + 10 * Wide{(delay - before).nanoseconds()};
  const Wide change = eighths * Pie::kOne / kEighthsASecond / divisor;
  return static_cast<std::int64_t>(std::clamp<Wide>(change, -Wide{Pie::kOne}, Wide{Pie::kOne}));
}

}  // namespace

void Pie::update(Duration target, Duration delay) {
  update_at_ = update_at_ + kUpdateEvery;
  std::int64_t change = change_of(target, delay, delay_before_, divisor_at(probability_));
  if (probability_ >= 1'000 * kPerMyriad) change = std::min(change, 200 * kPerMyriad);        // RFC 8033, 5.5
  if (delay == Duration() && delay_before_ == Duration()) probability_ -= probability_ / 50;  // times 0.98
  probability_ = std::clamp<std::int64_t>(probability_ + change, 0, kOne);
  const Duration half(target.nanoseconds() / 2);
  if (probability_ == 0 && delay < half && delay_before_ < half) {
    burst_left_ = kMostBurst;
  } else {
    burst_left_ = std::max(burst_left_ - kUpdateEvery, Duration());
  }
  delay_before_ = delay;
}

Pie::Verdict Pie::judge(Duration target, std::uint64_t waiting, std::uint64_t bits) {
  constexpr std::uint64_t kMeanPacket = 1'024;  // bytes (RFC 8033, 4.1)
  if (burst_left_ > Duration()) return {};
  const bool is_calm = delay_before_ < Duration(target.nanoseconds() / 2) && probability_ < 2'000 * kPerMyriad;
  if (is_calm || waiting <= 2 * kMeanPacket) return {};
  if (probability_ == 0) accumulated_ = 0;
  accumulated_ = std::min(accumulated_ + probability_ / 16, kOne);  // sixteenths: 8.5 have to fit
  constexpr std::int64_t kTooFew = kOne / 16 * 85 / 100;
  constexpr std::int64_t kTooMany = kOne / 16 * 17 / 2;
  if (accumulated_ < kTooFew) return {};
  const bool hit = static_cast<std::int64_t>(bits >> 4U) < probability_;
  if (accumulated_ < kTooMany && !hit) return {};
  accumulated_ = 0;
  return {.strikes = true, .may_mark = probability_ < 1'000 * kPerMyriad};
}

}  // namespace weir
