#include "record/asked_json.h"

#include "profile/words.h"

namespace weir {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMiddle = std::uint64_t{1} << 63U;  // draws the median

double seconds_of(Duration duration) {
  return static_cast<double>(duration.nanoseconds()) / 1e9;
}
/// By the law's quantiles in the middle of equal steps; of a range the exact one.
double mean_milliseconds_of(const DurationLaw& law) {
  constexpr std::uint64_t kSteps = 1'024;
  constexpr std::uint64_t kStep = UINT64_MAX / kSteps + 1;
  if (law.shape == Shape::kUniform) return (milliseconds_of(law.min) + milliseconds_of(law.max)) / 2;
  double sum = 0;
  for (std::uint64_t i = 0; i < kSteps; ++i) sum += milliseconds_of(law.draw(i * kStep + kStep / 2));
  return sum / static_cast<double>(kSteps);
}

Json asked_of(const Impairments& impair) {
  Json asked = Json::object();
  if (impair.latency) {
    const DurationLaw& hold = impair.latency->hold;
    asked["latency"] = {{"min_ms", milliseconds_of(hold.min)},
                        {"max_ms", milliseconds_of(hold.max)},
                        {"mean_ms", mean_milliseconds_of(hold)},
                        {"p50_ms", milliseconds_of(hold.draw(kMiddle))},
                        {"p99_ms", milliseconds_of(hold.draw(kMiddle / 50 * 99))}};
  }
  if (impair.jitter) {
    asked["jitter"] = {{"prob", impair.jitter->share},
                       {"min_ms", milliseconds_of(impair.jitter->stall.min)},
                       {"max_ms", milliseconds_of(impair.jitter->stall.max)},
                       {"mean_ms", mean_milliseconds_of(impair.jitter->stall)}};
  }
  if (impair.reset) {
    asked["reset"] = {{"prob", impair.reset->share},
                      {"at", word_for(words::kResetAt, impair.reset->at)},
                      {"how", word_for(words::kResetHow, impair.reset->how)}};
  }
  if (impair.own_rate) {
    asked["speed"] = {{"bytes_per_s", impair.own_rate->rate.bytes_per_second},
                      {"per", std::string(word_for(words::kOwnRatePer, impair.own_rate->per))}};
  }
  if (!impair.packets.empty()) asked["packet_rules"] = impair.packets.size();
  return asked;
}

Json asked_of(const SpeedRule& speed) {
  Json asked = {{"min_bytes_per_s", speed.min.bytes_per_second},
                {"max_bytes_per_s", speed.max.bytes_per_second},
                {"every_s", seconds_of(speed.every)}};
  if (speed.discipline.kind != QueueDiscipline::Kind::kTailDrop) {
    asked["discipline"] = std::string(word_for(words::kDiscipline, speed.discipline.kind));
  }
  if (speed.direction != SpeedRule::Direction::kEach) return asked;
  const RateRange down = speed.down.value_or(RateRange{speed.min, speed.max});
  asked["down_min_bytes_per_s"] = down.min.bytes_per_second;
  asked["down_max_bytes_per_s"] = down.max.bytes_per_second;
  return asked;
}

}  // namespace

Json asked_json(const Rules& rules) {
  Json asked = asked_of(static_cast<const Impairments&>(rules));
  if (rules.speed) asked["speed"] = asked_of(*rules.speed);
  if (rules.rules.empty()) return asked;
  Json named = Json::array();
  for (const Rule& rule : rules.rules) {
    if (rule.match.traffic == 0) continue;  // a phase has it, and this is another one
    Json entry = {{"name", rule.name}};
    entry.update(asked_of(rule.impair));
    named.push_back(std::move(entry));
  }
  asked["rules"] = std::move(named);
  return asked;
}

}  // namespace weir
