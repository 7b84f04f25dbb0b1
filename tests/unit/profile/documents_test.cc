// What the documents say of the profile language holds: every example parses, and the schema is the one of the code.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "profile/keys.h"
#include "profile/profile.h"
#include "profile/schema.h"

namespace weir {
namespace {

std::string document(const std::string& name) {
  std::ifstream file(std::string(WEIR_DOCS) + "/" + name);
  EXPECT_TRUE(file) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The ```toml blocks of a document.
std::vector<std::string> examples_in(const std::string& text) {
  constexpr std::string_view kBegin = "\n```toml\n";
  constexpr std::string_view kEnd = "\n```\n";
  std::vector<std::string> examples;
  for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
    at += kBegin.size();
    examples.push_back(text.substr(at, text.find(kEnd, at) + 1 - at));
  }
  return examples;
}

TEST(Documents, EveryExampleParses) {
  std::vector<std::string> examples = examples_in(document("profiles.md"));
  EXPECT_GT(examples.size(), 10U);
  for (const std::string& example : examples_in(document("../README.md"))) examples.push_back(example);
  for (const std::string& example : examples) EXPECT_NO_THROW((void)parse_profile(example, "example")) << example;
}

TEST(Documents, TheSchemaIsTheOneOfTheCode) {
  EXPECT_TRUE(document("profile.schema.json") == profile_schema())
      << "write it anew: weir check --schema > docs/profile.schema.json";
}

void expect_same_keys(const Keys& keys, const nlohmann::json& section) {
  std::size_t known = 0;
  for (const Key& key : keys.keys) {
    if (key.kind == Key::Kind::kRefused) continue;
    ++known;
    EXPECT_TRUE(section.at("properties").contains(key.name)) << keys.name << ": " << key.name;
  }
  EXPECT_EQ(section.at("properties").size(), known) << keys.name;
  EXPECT_EQ(section.at("additionalProperties"), false);
}

TEST(Documents, TheSchemaHasEveryKeyThatIsParsedAndNoOther) {
  const nlohmann::json schema = nlohmann::json::parse(document("profile.schema.json"));
  constexpr std::array kSections = {&kMatchKeys,    &kImpairKeys, &kRuleKeys,      &kRuleImpairKeys, &kLatencyKeys,
                                    &kSpeedKeys,    &kJitterKeys, &kResetKeys,     &kPacketKeys,     &kLossKeys,
                                    &kTimelineKeys, &kPhaseKeys,  &kPhaseRuleKeys, &kCurveKeys,      &kTraceKeys,
                                    &kNetemKeys,    &kOwnRateKeys};
  expect_same_keys(kProfileKeys, schema);
  for (const Keys* const keys : kSections) expect_same_keys(*keys, schema.at("$defs").at(std::string(keys->name)));
  EXPECT_EQ(schema.at("$defs").size(), kSections.size());
}

void expect_references_lead_somewhere(const nlohmann::json& node, const nlohmann::json& schema) {
  if (node.is_object() && node.contains("$ref")) {
    const std::string to = node.at("$ref").get<std::string>().substr(1);
    EXPECT_TRUE(schema.contains(nlohmann::json::json_pointer(to))) << to;
  }
  for (const nlohmann::json& inner : node) {
    if (inner.is_structured()) expect_references_lead_somewhere(inner, schema);
  }
}

TEST(Documents, TheSchemasReferencesLeadSomewhere) {
  const nlohmann::json schema = nlohmann::json::parse(document("profile.schema.json"));
  expect_references_lead_somewhere(schema, schema);
}

}  // namespace
}  // namespace weir
