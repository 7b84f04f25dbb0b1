#include "record/decision_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "profile/errors.h"
#include "record/asked_json.h"
#include "record/decision_json.h"

namespace weir {
namespace {

constexpr std::size_t kBufferBytes = 1U << 20U;
constexpr auto kPollEvery = std::chrono::milliseconds(1);
constexpr auto kFlushEvery = std::chrono::seconds(1);
constexpr std::size_t kMostAtOnce = 1024;  // records of one ring before the next one has its turn

std::FILE* open_file(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "we");
  if (file == nullptr) throw RunError(fmt::format("cannot open the log {}: {}", path, std::strerror(errno)));
  std::setvbuf(file, nullptr, _IOFBF, kBufferBytes);
  return file;
}

std::string in_json(const std::string& name) {
  using Json = nlohmann::json;
  return Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

DecisionLog::DecisionLog(const std::string& path, std::span<DecisionRing* const> rings, bool everything,
                         const NameBook* names, Pace pace, LogChronicle chronicle)
    : path_(path),
      rings_(rings.begin(), rings.end()),
      names_(names),
      everything_(everything),
      asked_(chronicle.asked),
      file_(open_file(path)),
      order_(rings.size(), everything, [this](const Decision& decision) { write(line_of(decision)); }) {
  if (chronicle.carried) {
    const auto time = pace == Pace::kThread ? CarriedMeter::Time::kReal : CarriedMeter::Time::kSimulated;
    carried_.emplace(time, std::move(chronicle.carried),
                     [this](const CarriedSpan& span) { write(to_json_line(span)); });
  }
  if (asked_ != nullptr) tell_asked(Instant(), 1);
  if (pace == Pace::kThread) thread_ = std::jthread([this](const std::stop_token& stop) { follow_rings(stop); });
}

std::string DecisionLog::line_of(const Decision& decision) {
  const DecisionRecord& record = decision.record;
  if (names_ == nullptr) return to_json_line(decision);
  if (record.event == Event::kPhase) return to_phase_line(record, in_json(names_->phase(record.n)));
  return to_json_line(decision, rule_of(record));
}

const std::string& DecisionLog::rule_of(const DecisionRecord& record) {
  constexpr std::size_t kMostKept = 1'024;  // phases that come and go are selections without end
  if (rules_.size() == kMostKept) rules_.clear();
  const auto [place, is_new] = rules_.try_emplace({record.selection, record.rule});
  if (is_new) place->second = in_json(names_->rule(record.selection, record.rule));
  return place->second;
}

DecisionLog::~DecisionLog() {
  close();
}

void DecisionLog::close() {
  if (!is_open_) return;
  is_open_ = false;
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  while (empty_rings()) {
  }
  tell_missed();
  order_.close();
  if (carried_) carried_->close();
  flush();
  file_.reset();
}

void DecisionLog::empty() {
  while (empty_rings()) {
  }
  look_at_the_second();
}

// Behind the records: a phase that began within the second ends a span before the second does.
void DecisionLog::look_at_the_second() {
  if (carried_) carried_->look();
  const std::int64_t second = newest_at_.nanoseconds() / kNanosecondsPerSecond;
  if (second <= missed_told_s_) return;
  missed_told_s_ = second;
  tell_missed();
}

void DecisionLog::take(std::size_t worker, const DecisionRecord& record) {
  if (record.event == Event::kAsked) return tell_asked(record.at, record.n);
  newest_at_ = std::max(newest_at_, record.at);
  if (!record.hit && !everything_) return missed_.count(record);
  order_.take(worker, record);
}

void DecisionLog::tell_asked(Instant at, std::uint32_t number) {
  const auto asked = asked_ == nullptr ? std::nullopt : asked_->take(number);
  if (!asked) return;
  tell_missed();
  missed_.begin(at);
  if (carried_ && asked->phase != phase_) carried_->cut(at);
  phase_ = asked->phase;
  write(to_asked_line(at, asked_told_++, in_json(phase_), asked_json(asked->rules).dump()));
}

void DecisionLog::tell_missed() {
  missed_.tell([this](const DecisionRecord& last, std::uint64_t count) {
    write(to_missed_line(last, count, names_ == nullptr ? R"("default")" : rule_of(last)));
  });
}

void DecisionLog::follow_rings(const std::stop_token& stop) {
  auto flush_at = std::chrono::steady_clock::now() + kFlushEvery;
  while (!stop.stop_requested()) {
    const bool found_some = empty_rings();
    look_at_the_second();
    const auto now = std::chrono::steady_clock::now();
    if (now >= flush_at) {
      flush();
      flush_at = now + kFlushEvery;
    }
    if (!found_some) std::this_thread::sleep_for(kPollEvery);
  }
}

/// Takes what the rings hold, at most kMostAtOnce of each; false when they were empty.
bool DecisionLog::empty_rings() {
  bool found_some = false;
  DecisionRecord record;
  for (std::size_t worker = 0; worker < rings_.size(); ++worker) {
    for (std::size_t i = 0; i < kMostAtOnce && rings_[worker]->pop(record); ++i) {
      take(worker, record);
      found_some = true;
    }
  }
  return found_some;
}

void DecisionLog::write(std::string_view line) {
  if (has_failed()) return;
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) fail();
}

void DecisionLog::flush() {
  if (!has_failed() && std::fflush(file_.get()) != 0) fail();
}

void DecisionLog::fail() {
  fmt::print(stderr, "weir: the log {} ends here, it cannot be written: {}\n", path_, std::strerror(errno));
  has_failed_.store(true, std::memory_order_relaxed);
}

}  // namespace weir
