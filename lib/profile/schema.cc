#include "profile/schema.h"

#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "profile/keys.h"

namespace weir {
namespace {

using Json = nlohmann::ordered_json;
using Kind = Key::Kind;

Json reference(const Keys& keys) {
  return {{"$ref", "#/$defs/" + std::string(keys.name)}};
}

Json one_or_list(const Json& one) {
  return {{"anyOf", {one, {{"type", "array"}, {"items", one}, {"minItems", 1}}}}};
}

Json word_of(const Key& key) {
  Json word;
  word["enum"] = std::vector<std::string>(key.words.begin(), key.words.end());
  return word;
}

/// @param curves numbers may be curves: in what a phase can change.
Json value_of(const Key& key, bool curves) {
  const Json text = {{"type", "string"}};
  Json quantity = {{"type", {"string", "number"}}};
  if (curves) quantity = {{"anyOf", {quantity, reference(kCurveKeys)}}};
  switch (key.kind) {
    case Kind::kText:
      return text;
    case Kind::kWhole:
      return {{"type", {"integer", "string"}}};
    case Kind::kQuantity:
    case Kind::kTime:
    case Kind::kBytes:
    case Kind::kShare:
      return quantity;
    case Kind::kTextList:
      return one_or_list(text);
    case Kind::kQuantityList:
      return one_or_list(quantity);
    case Kind::kBoolean:
      return {{"type", "boolean"}};
    case Kind::kWord:
      return word_of(key);
    case Kind::kWordList:
      return one_or_list(word_of(key));
    case Kind::kSection:
      return reference(*key.section);
    case Kind::kShort:
      return {{"anyOf", {quantity, {{"const", false}}, reference(*key.section)}}};
    case Kind::kSectionList:
      return {{"type", "array"}, {"items", reference(*key.section)}};
    case Kind::kRefused:
      break;
  }
  return false;
}

Json described(const Key& key, bool curves) {
  Json value = value_of(key, curves);
  std::string text(key.meaning);
  if (!key.expected.empty()) text += " (" + std::string(key.expected) + ")";
  value["description"] = text;
  return value;
}

Json table_of(const Keys& keys, bool curves = false) {
  Json properties = Json::object();
  for (const Key& key : keys.keys) {
    if (key.kind != Kind::kRefused) properties[std::string(key.name)] = described(key, curves);
  }
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

}  // namespace

std::string profile_schema() {
  constexpr std::array kSections = {&kMatchKeys, &kRuleKeys,      &kTimelineKeys, &kPhaseKeys,
                                    &kTraceKeys, &kPhaseRuleKeys, &kCurveKeys,    &kNetemKeys};
  constexpr std::array kChanging = {&kImpairKeys, &kRuleImpairKeys, &kLatencyKeys, &kSpeedKeys,  &kJitterKeys,
                                    &kResetKeys,  &kPacketKeys,     &kLossKeys,    &kOwnRateKeys};
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "weir profile"}};
  schema.update(table_of(kProfileKeys));
  for (const Keys* const keys : kSections) schema["$defs"][std::string(keys->name)] = table_of(*keys);
  for (const Keys* const keys : kChanging) schema["$defs"][std::string(keys->name)] = table_of(*keys, true);
  return schema.dump(2) + "\n";
}

}  // namespace weir
