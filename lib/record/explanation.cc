#include "record/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "profile/errors.h"
#include "profile/phase_rules.h"
#include "profile/toml_text.h"
#include "record/decision_json.h"
#include "record/decision_log.h"
#include "record/why.h"

namespace weir {
namespace {

constexpr std::size_t kMostStories = 16'384;
constexpr std::size_t kLongStory = 16'384;  // bytes

std::string seconds_text(Instant at) {
  return fmt::format("{}.{:09} s", at.nanoseconds() / kNanosecondsPerSecond, at.nanoseconds() % kNanosecondsPerSecond);
}

std::string title_of(const FlowKey& key, Side client, std::uint32_t k) {
  return fmt::format("{} k {}", flow_text(key, client), k);
}

/// A held frame's end.
std::string end_text(const Decision& decision) {
  const std::string due = seconds_text(decision.record.due_at);
  switch (decision.outcome) {
    case Outcome::kComplete:
      return "";
    case Outcome::kHeld:
      return fmt::format(" until {}, and still held at the end", due);
    case Outcome::kDone:
      return fmt::format(" until {}, leaves at {}", due, seconds_text(decision.done_at));
    case Outcome::kAbandoned:
      return fmt::format(" until {}, and dropped at {}", due, seconds_text(decision.done_at));
  }
  return "";
}

std::string latency_text(const Decision& decision) {
  return fmt::format("exchange {}: its first byte is held for {} ms{}", decision.record.n, decision.record.drawn,
                     end_text(decision));
}

std::string jitter_text(const Decision& decision) {
  const DecisionRecord& record = decision.record;
  if (!record.hit) return fmt::format("jitter {}: no outage (drew {:.6f})", record.n, record.drawn);
  return fmt::format("jitter {}: an outage of {} ms{}", record.n, record.drawn, end_text(decision));
}

std::string reset_text(const DecisionRecord& record) {
  return record.hit ? fmt::format("exchange {}: reset strikes (drew {:.6f})", record.n, record.drawn)
                    : fmt::format("exchange {}: no reset (drew {:.6f})", record.n, record.drawn);
}

/// A decision that belongs to no connection; empty for others.
std::string text_for_all(const DecisionRecord& record, const NameBook& names) {
  const std::string at = seconds_text(record.at);
  if (record.event == Event::kRate) return fmt::format("{}: the rate is {} bytes a second\n", at, record.drawn);
  if (record.event == Event::kPhase) return fmt::format("{}: phase {} begins\n", at, quoted(names.phase(record.n)));
  return "";
}

std::string frame_text(const DecisionRecord& record, std::string_view what) {
  return fmt::format("a frame {} (number {} of the kind, drew {:.6f})", what, record.n, record.drawn);
}

/// What a decision means; nothing for those that are told otherwise.
std::string text_of(const Decision& decision) {
  const DecisionRecord& record = decision.record;
  switch (record.event) {
    case Event::kLatency:
      return latency_text(decision);
    case Event::kJitter:
      return jitter_text(decision);
    case Event::kReset:
      return reset_text(record);
    case Event::kDrop:
      return "a frame is dropped in the limiter's queue";
    case Event::kMark:
      return "a frame is marked in the limiter's queue instead of dropped";
    case Event::kAbsorb:
      return "a repetition of what is held, or a bare ACK behind it, is absorbed";
    case Event::kLoss:
      return frame_text(record, "is lost");
    case Event::kDuplicate:
      return frame_text(record, "is sent twice");
    case Event::kCorrupt:
      return frame_text(record, "has a bit flipped");
    case Event::kReorder:
      return frame_text(record, "overtakes");
    case Event::kClose:
      return "it ends";
    case Event::kOpen:
    case Event::kRate:
    case Event::kPhase:
    case Event::kAsked:
    case Event::kDone:
    case Event::kAbandoned:
      break;
  }
  return "";
}

}  // namespace

Explanation::Explanation(Rules rules, Say say)
    : rules_(std::move(rules)), names_(rule_names(rules_)), say_(std::move(say)) {}

Explanation::Story& Explanation::story_of(const Connection& connection, const std::string& title) {
  const auto [entry, is_new] = numbers_.try_emplace(connection, next_number_);
  if (is_new) {
    if (stories_.size() >= kMostStories) end(owners_.begin()->second);
    owners_.emplace(next_number_, connection);
    stories_[next_number_++].title = title;
  }
  return stories_.at(entry->second);
}

Explanation::Story& Explanation::story_of(const Flow& flow) {
  return story_of({flow.key, flow.k}, title_of(flow.key, flow.client, flow.k));
}

void Explanation::on_connection(const Flow& flow, const ConnectionFacts& facts, std::uint8_t kind, Instant now) {
  Story& story = story_of(flow);
  story.facts = facts;
  story.facts.quic_id.reset();
  if (facts.quic_id) story.quic_id.emplace(facts.quic_id->begin(), facts.quic_id->end());
  if (!std::exchange(story.has_begun, true)) add(story, fmt::format("{}: it begins", seconds_text(now)));
  if (kind == 0) return;
  story.kind = kind;
  explain_choice(story, fmt::format("it is {}", word_of_traffic(kind)), {}, false);
}

void Explanation::on_protocol(const Flow& flow, std::uint8_t kind) {
  Story& story = story_of(flow);
  story.kind = kind;
  const bool waits = kind == traffic::kTls || kind == traffic::kHttp1;
  if (!waits) explain_choice(story, fmt::format("it speaks {}", word_of_traffic(kind)), {}, false);
}

void Explanation::on_hello(const Flow& flow, const HelloFacts& facts) {
  Story& story = story_of(flow);
  story.server_name = facts.server_name;
  story.alpns.assign(facts.alpns.begin(), facts.alpns.end());
  explain_choice(story, fmt::format("it speaks tls to {}", quoted(facts.server_name)), {}, false);
}

void Explanation::on_request(const Flow& flow, const RequestFacts& facts, Instant now) {
  Story& story = story_of(flow);
  const std::uint32_t n = story.requests++;
  story.settled = flow.settled ? std::optional(flow.rule) : std::nullopt;
  const std::string what = fmt::format("{}: request {}, {} {} of {}", seconds_text(now), n, printable(facts.method),
                                       printable(facts.path), quoted(facts.host));
  explain_choice(story, what, {.method = facts.method, .path = facts.path, .host = facts.host, .n = n}, true);
}

void Explanation::explain_choice(Story& story, std::string_view what, const ExchangeFacts& exchange, bool readable) {
  Facts facts{.connection = story.facts, .traffic = story.kind, .exchange = exchange, .requests_readable = readable};
  if (story.quic_id) facts.connection.quic_id = *story.quic_id;
  const std::vector<std::string_view> alpns(story.alpns.begin(), story.alpns.end());
  if (story.server_name) facts.hello = HelloFacts{*story.server_name, alpns};
  story.is_chosen = true;
  add(story, fmt::format("{}: {}", what, choice(facts, story.settled)));
}

/// The rule and why, and before it why not those that were asked first. Rules of other phases are not told of.
/// @param settled the number of the rule that it is under, whatever is read of it.
std::string Explanation::choice(const Facts& facts, std::optional<std::uint8_t> settled) const {
  std::string others;
  std::size_t number = 1;
  for (const Rule& rule : rules_.rules) {
    const auto mismatch = first_mismatch(rule.match, static_cast<std::uint8_t>(number), facts);
    if (!mismatch) break;
    if (!is_absent(rule)) {
      others += fmt::format("{}{} not by its {}", others.empty() ? "; " : ", ", quoted(rule.name), name_of(*mismatch));
    }
    ++number;
  }
  const bool takes = number <= rules_.rules.size();
  const std::size_t chosen = takes ? number : kDefaultRule;
  if (settled && *settled != chosen && *settled < names_.size()) {
    return fmt::format("rule {}: what it asks for is not read any more, since its rules became others",
                       quoted(names_[*settled]));
  }
  if (takes) {
    const Rule& rule = rules_.rules[number - 1];
    return fmt::format("rule {} ({}){}", quoted(rule.name), why_selected(rule.match, facts), others);
  }
  const bool by_default = (facts.traffic & traffic::kHttp) != 0 && (!rules_.none() || rules_.speed);
  return (by_default ? "rule \"default\" (HTTP that no other rule takes)" : "no rule takes it") + others;
}

void Explanation::on_cut_behind_bytes(const Flow& flow, std::uint32_t n, std::uint64_t bytes) {
  story_of(flow).cuts[n] = fmt::format(", behind {} bytes of its response", bytes);
}

void Explanation::on_cut_behind_time(const Flow& flow, std::uint32_t n, Duration after, Instant at) {
  const double milliseconds = static_cast<double>(after.nanoseconds()) / 1e6;
  story_of(flow).cuts[n] =
      fmt::format(", {} ms behind its first byte, at {}", milliseconds_text(milliseconds), seconds_text(at));
}

void Explanation::take(const Decision& decision, const NameBook& names) {
  const DecisionRecord& record = decision.record;
  const std::string for_all = text_for_all(record, names);
  if (!for_all.empty()) return say_(for_all);
  std::string text = text_of(decision);
  if (text.empty()) return;
  const Connection connection{record.key, record.k};
  Story& story = story_of(connection, title_of(record.key, record.client, record.k));
  if (record.event == Event::kReset && record.hit) {
    const auto cut = story.cuts.extract(record.n);
    if (!cut.empty()) text += cut.mapped();
  }
  const bool goes_on = story.text.empty() && !story.is_told;  // behind its end, told before
  if (goes_on) story.is_told = true;
  const bool is_by_rule = record.event != Event::kClose && record.rule < names_.size();
  add(story, fmt::format("{}: {}{}", seconds_text(record.at), text,
                         is_by_rule ? fmt::format(" [{}]", printable(names_[record.rule])) : ""));
  if (record.event == Event::kClose) end(connection);
}

void Explanation::finish() {
  while (!owners_.empty()) end(owners_.begin()->second);
}

void Explanation::add(Story& story, std::string_view line) {
  story.text += fmt::format("  {}\n", line);
  if (story.text.size() > kLongStory) tell(story);
}

void Explanation::tell(Story& story) {
  say_(fmt::format("{}{}\n{}", story.title, story.is_told ? ", continued" : "", story.text));
  story.text.clear();
  story.is_told = true;
}

void Explanation::end(const Connection& of) {
  const Connection connection = of;  // what is handed in goes with its entry
  const auto entry = numbers_.find(connection);
  Story& story = stories_.at(entry->second);
  if (!story.is_chosen && !story.is_told) {
    add(story, story.kind == 0
                   ? "its protocol can't be told: no rule by protocol takes it"
                   : fmt::format("it speaks {}, of which no more can be read", word_of_traffic(story.kind)));
  }
  if (!story.text.empty()) tell(story);
  owners_.erase(entry->second);
  stories_.erase(entry->second);
  numbers_.erase(entry);
}

}  // namespace weir
