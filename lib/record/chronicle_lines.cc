#include "record/chronicle_lines.h"

#include <nlohmann/json.hpp>

namespace weir {
namespace {

using Json = nlohmann::json;

std::optional<std::uint64_t> count_at(const Json& line, const char* key) {
  const auto found = line.find(key);
  const bool is_one = found != line.end() && found->is_number_unsigned();
  return is_one ? std::optional(found->get<std::uint64_t>()) : std::nullopt;
}

std::optional<std::int64_t> time_at(const Json& line, const char* key) {
  const auto ns = count_at(line, key);
  return ns && *ns <= INT64_MAX ? std::optional(static_cast<std::int64_t>(*ns)) : std::nullopt;
}

std::optional<std::string> text_at(const Json& line, const char* key) {
  const auto found = line.find(key);
  const bool is_one = found != line.end() && found->is_string();
  return is_one ? std::optional(found->get<std::string>()) : std::nullopt;
}

/// An object, or null.
Json object_of(const std::string& line) {
  Json json = Json::parse(line, nullptr, false);
  return json.is_object() ? json : Json();
}

}  // namespace

bool may_tell_asked(const std::string& line) {
  return line.find(R"("asked")") != std::string::npos;
}

std::optional<LoggedAsked> parse_asked(const std::string& line) {
  const Json json = object_of(line);
  if (json.is_null() || text_at(json, "event") != "asked") return std::nullopt;
  const auto t_ns = time_at(json, "t_ns");
  const auto phase = text_at(json, "phase");
  const auto asked = json.find("asked");
  if (!t_ns || !phase || asked == json.end() || !asked->is_object()) return std::nullopt;
  return LoggedAsked{*t_ns, *phase, asked_of_rules(*asked)};
}

std::optional<LoggedCarried> parse_carried(const std::string& line) {
  const Json json = object_of(line);
  if (json.is_null()) return std::nullopt;
  const auto since = time_at(json, "since_ns");
  const auto until = time_at(json, "t_ns");
  const auto up = count_at(json, "up_bytes");
  const auto down = count_at(json, "down_bytes");
  if (!since || !until || *until < *since || !up || !down) return std::nullopt;
  return LoggedCarried{
      *since, *until, *up, *down, {count_at(json, "limited_bytes"), count_at(json, "limited_down_bytes")}};
}

std::optional<LoggedMissed> parse_missed(const std::string& line) {
  const Json json = object_of(line);
  if (json.is_null()) return std::nullopt;
  const auto of = text_at(json, "of");
  const auto count = count_at(json, "count");
  if (!of || !count) return std::nullopt;
  return LoggedMissed{*of, *count};
}

}  // namespace weir
