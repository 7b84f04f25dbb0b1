#include "record/decision_log.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "profile/errors.h"
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

std::vector<std::string> quoted(std::vector<std::string> names) {
  using Json = nlohmann::json;
  for (std::string& name : names) name = Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
  return names;
}

}  // namespace

std::vector<std::string> rule_names(const Rules& rules) {
  std::vector<std::string> names{"default"};
  for (const Rule& rule : rules.rules) names.push_back(rule.name);
  return names;
}

DecisionLog::DecisionLog(const std::string& path, std::span<DecisionRing* const> rings, bool everything,
                         std::vector<std::string> rules, Pace pace)
    : path_(path),
      rings_(rings.begin(), rings.end()),
      rules_(quoted(std::move(rules))),
      file_(open_file(path)),
      order_(rings.size(), everything, [this](const Decision& decision) { write(line_of(decision)); }) {
  if (pace == Pace::kThread) thread_ = std::jthread([this](const std::stop_token& stop) { follow_rings(stop); });
}

std::string DecisionLog::line_of(const Decision& decision) const {
  const std::size_t number = decision.record.rule;
  return number < rules_.size() ? to_json_line(decision, rules_[number]) : to_json_line(decision);
}

DecisionLog::~DecisionLog() {
  close();
}

void DecisionLog::close() {
  if (!is_open_) return;
  is_open_ = false;
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  empty();
  order_.close();
  flush();
  file_.reset();
}

void DecisionLog::empty() {
  while (empty_rings()) {
  }
}

void DecisionLog::follow_rings(const std::stop_token& stop) {
  auto flush_at = std::chrono::steady_clock::now() + kFlushEvery;
  while (!stop.stop_requested()) {
    const bool found_some = empty_rings();
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
      order_.take(worker, record);
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
