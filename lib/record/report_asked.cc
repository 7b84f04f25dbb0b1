#include "record/report_asked.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <sstream>

#include "profile/errors.h"

namespace weir {
namespace {

using Json = nlohmann::json;
using Keys = std::initializer_list<const char*>;

/// The value at the end of the keys; null where one of them is missing.
const Json* value_at(const Json& json, Keys keys) {
  const Json* value = &json;
  for (const char* key : keys) {
    if (!value->is_object() || !value->contains(key)) return nullptr;
    value = &value->at(key);
  }
  return value;
}

std::optional<double> number_at(const Json& json, Keys keys) {
  const Json* const value = value_at(json, keys);
  return value != nullptr && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

std::optional<std::uint64_t> count_at(const Json& json, Keys keys) {
  const Json* const value = value_at(json, keys);
  return value != nullptr && value->is_number_unsigned() ? std::optional(value->get<std::uint64_t>()) : std::nullopt;
}

std::string text_at(const Json& json, Keys keys) {
  const Json* const value = value_at(json, keys);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<AskedRange> range_at(const Json& json, Keys least, Keys most) {
  const std::optional<double> min = number_at(json, least);
  const std::optional<double> max = number_at(json, most);
  return min && max ? std::optional(AskedRange{*min, *max}) : std::nullopt;
}

AskedImpairments impairments_of(const Json& json) {
  return {.latency_ms = range_at(json, {"latency", "min_ms"}, {"latency", "max_ms"}),
          .latency_mean_ms = number_at(json, {"latency", "mean_ms"}),
          .latency_p50_ms = number_at(json, {"latency", "p50_ms"}),
          .latency_p99_ms = number_at(json, {"latency", "p99_ms"}),
          .jitter_ms = range_at(json, {"jitter", "min_ms"}, {"jitter", "max_ms"}),
          .jitter_mean_ms = number_at(json, {"jitter", "mean_ms"}),
          .jitter_prob = number_at(json, {"jitter", "prob"}),
          .reset_prob = number_at(json, {"reset", "prob"}),
          .reset_at = text_at(json, {"reset", "at"}),
          .reset_how = text_at(json, {"reset", "how"})};
}

void take_achieved(const Json& achieved, ReportAsked& into) {
  into.latency_mean_ms = number_at(achieved, {"latency", "mean_ms"});
  into.speed_mean = number_at(achieved, {"speed", "mean_active_bytes_per_s"});
  into.jitter_share = number_at(achieved, {"jitter", "share"});
  into.jitter_draws = count_at(achieved, {"jitter", "draws"});
  into.reset_share = number_at(achieved, {"reset", "share"});
  into.reset_draws = count_at(achieved, {"reset", "draws"});
}

void take_verdict(const Json& run, ReportAsked& into) {
  const Json* const kept = value_at(run, {"kept_promises"});
  if (kept != nullptr && kept->is_boolean()) into.kept_promises = kept->get<bool>();
  const Json* const broken = value_at(run, {"broken"});
  if (broken == nullptr || !broken->is_array()) return;
  for (const Json& promise : *broken) {
    if (promise.is_string()) into.broken.push_back(promise);
  }
}

std::optional<RunLateness> lateness_of(const Json& run) {
  const auto p50 = count_at(run, {"lateness_ns", "p50"});
  const auto p99 = count_at(run, {"lateness_ns", "p99"});
  const auto p999 = count_at(run, {"lateness_ns", "p999"});
  const auto max = count_at(run, {"lateness_ns", "max"});
  if (!p50 || !p99 || !p999 || !max) return std::nullopt;
  return RunLateness{*p50, *p99, *p999, *max};
}

Json read_json(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) throw UsageError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  Json json = Json::parse(text.str(), nullptr, false);
  const bool is_one = value_at(json, {"asked"}) != nullptr && value_at(json, {"achieved"}) != nullptr;
  if (!is_one) throw UsageError(fmt::format("{}: not the statistics of a run (--stats): one JSON object", path));
  return json;
}

}  // namespace

AskedOfRules asked_of_rules(const Json& asked) {
  AskedOfRules of;
  of.rules["default"] = impairments_of(asked);
  of.speed = range_at(asked, {"speed", "min_bytes_per_s"}, {"speed", "max_bytes_per_s"});
  of.speed_down = range_at(asked, {"speed", "down_min_bytes_per_s"}, {"speed", "down_max_bytes_per_s"});
  const Json* const named = value_at(asked, {"rules"});
  if (named == nullptr || !named->is_array()) return of;
  for (const Json& rule : *named) of.rules[text_at(rule, {"name"})] = impairments_of(rule);
  return of;
}

AskedImpairments ReportAsked::of(const std::string& rule) const {
  const auto known = rules.find(rule);
  return known == rules.end() ? AskedImpairments() : known->second;
}

ReportAsked read_report_asked(const std::string& path) {
  const Json run = read_json(path);
  ReportAsked asked;
  asked.path = path;
  asked.version = text_at(run, {"version"});
  asked.seed = count_at(run, {"seed"});
  static_cast<AskedOfRules&>(asked) = asked_of_rules(run.at("asked"));
  take_achieved(run.at("achieved"), asked);
  asked.lateness_ns = lateness_of(run);
  take_verdict(run, asked);
  return asked;
}

}  // namespace weir
