#include <fmt/format.h>

#include <array>
#include <string>

#include "impair/correlated.h"
#include "profile/parse_impair.h"
#include "profile/units.h"

namespace weir {
namespace {

using Kind = LossModel::Kind;

/// The keys that each model reads.
struct ModelKey {
  std::string_view name;
  Kind kind;
};
constexpr std::array kModelKeys = {
    ModelKey{"r", Kind::kGilbertElliott},
    ModelKey{"lost-in-bad", Kind::kGilbertElliott},
    ModelKey{"lost-in-good", Kind::kGilbertElliott},
    ModelKey{"p13", Kind::kFourState},
    ModelKey{"p31", Kind::kFourState},
    ModelKey{"p32", Kind::kFourState},
    ModelKey{"p23", Kind::kFourState},
    ModelKey{"p14", Kind::kFourState},
};

void refuse_foreign_keys(const Section& section, Kind kind) {
  const std::string_view model = word_for(words::kLossModel, kind);
  for (const ModelKey& key : kModelKeys) {
    if (key.kind != kind && section.has(key.name)) {
      section.refuse(key.name, fmt::format("{} is not for model = \"{}\"", key.name, model));
    }
  }
  if (kind == Kind::kFourState && section.has("p")) {
    section.refuse("p", fmt::format("p is not for model = \"{}\"", model));
  }
}

LossModel parse_loss(const Section& section) {
  LossModel loss;
  section.take_word("model", words::kLossModel, loss.kind);
  refuse_foreign_keys(section, loss.kind);
  const bool is_four_state = loss.kind == Kind::kFourState;
  section.require(is_four_state ? "p13" : "p", "how likely?");
  section.take("p", loss.p, parse_probability);
  section.take("p13", loss.p13, parse_probability);
  if (loss.kind == Kind::kGilbertElliott) loss.r = 1 - loss.p;  // as netem
  if (is_four_state) loss.p31 = 1 - loss.p13;
  section.take("r", loss.r, parse_probability);
  section.take("lost-in-bad", loss.lost_in_bad, parse_probability);
  section.take("lost-in-good", loss.lost_in_good, parse_probability);
  section.take("p31", loss.p31, parse_probability);
  section.take("p32", loss.p32, parse_probability);
  section.take("p23", loss.p23, parse_probability);
  section.take("p14", loss.p14, parse_probability);
  return loss;
}

std::uint32_t parse_from_one(std::string_view name, std::string_view text) {
  return static_cast<std::uint32_t>(parse_count(name, text, 1, UINT32_MAX));
}

double parse_correlation(std::string_view name, std::string_view text) {
  const double share = parse_probability(name, text);
  if (share > kMostCorrelation) throw UsageError(fmt::format("{}: \"{}\" is more than 95%", name, text));
  return share;
}

void parse_correlations(const Section& packet, Correlations& into) {
  packet.take("delay-correlation", into.delay, parse_correlation);
  packet.take("loss-correlation", into.loss, parse_correlation);
  packet.take("duplicate-correlation", into.duplicate, parse_correlation);
  packet.take("corrupt-correlation", into.corrupt, parse_correlation);
  packet.take("reorder-correlation", into.reorder, parse_correlation);
}

/// A correlation of what is not there would say nothing.
void require_correlated(const Section& packet, const PacketRule& rule) {
  constexpr std::string_view kSuffix = "-correlation";
  for (const std::string_view what : {"delay", "loss", "duplicate", "corrupt", "reorder"}) {
    const std::string key = fmt::format("{}{}", what, kSuffix);
    if (packet.has(key) && !packet.has(what)) packet.refuse(key, fmt::format("{} needs {}", key, what));
  }
  const bool is_chain = rule.loss && rule.loss->kind != Kind::kBernoulli;
  if (is_chain && packet.has("loss-correlation")) {
    packet.refuse("loss-correlation", "loss-correlation is for a plain probability: the model has a memory of its own");
  }
}

void require_fitting(const Section& packet) {
  const bool does_something =
      packet.has("loss") || packet.has("duplicate") || packet.has("corrupt") || packet.has("delay");
  if (packet.has("reorder") && !packet.has("delay")) {
    packet.refuse("reorder", "reorder needs delay: a packet overtakes by skipping it");
  } else if (!does_something) {
    packet.refuse("", "[[impair.packet]] does nothing: give loss, duplicate, corrupt or delay");
  }
  if (packet.has("gap") && !packet.has("reorder")) packet.refuse("gap", "gap needs reorder: how likely?");
  for (const std::string_view key : {"distribution", "within"}) {
    if (packet.has(key) && !packet.has("delay")) packet.refuse(key, fmt::format("{} needs delay", key));
  }
}

}  // namespace

PacketRule parse_packet_rule(const Section& packet) {
  PacketRule rule;
  unsigned direction = words::kUp | words::kDown;
  packet.take_word("direction", words::kPacketDirection, direction);
  rule.up = (direction & words::kUp) != 0;
  rule.down = (direction & words::kDown) != 0;
  packet.take_word("segments", words::kSegments, rule.segments);
  packet.take("nth", rule.nth, parse_from_one);
  if (const auto loss = packet.section("loss")) rule.loss = parse_loss(*loss);
  packet.take("duplicate", rule.duplicate, parse_probability);
  packet.take("corrupt", rule.corrupt, parse_probability);
  packet.take("reorder", rule.reorder, parse_probability);
  packet.take("gap", rule.gap, parse_from_one);
  if (packet.has("delay")) rule.delay = parse_law(packet, "delay");
  parse_correlations(packet, rule.correlation);
  require_correlated(packet, rule);
  require_fitting(packet);
  return rule;
}

}  // namespace weir
