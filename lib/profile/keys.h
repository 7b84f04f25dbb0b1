// The keys of the profile language, one table a section: what may stand there and what is expected of it. Parsing
// checks against these tables and the schema for editors is made of them. Constants.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir {

struct Keys;

struct Key {
  enum class Kind : std::uint8_t {
    kText,
    kWhole,         // an integer, or the same in quotes
    kQuantity,      // text with a unit or a range, or a bare number
    kTime,          // a quantity whose bare number is milliseconds
    kBytes,         // a quantity whose bare number is bytes, or bytes a second
    kShare,         // a quantity whose bare number is a share of 1
    kTextList,      // text or a list of texts
    kQuantityList,  // numbers or texts, one or a list
    kBoolean,
    kWord,         // one of `words`
    kWordList,     // one of `words` or a list of them
    kSection,      // a table
    kShort,        // a table, or a quantity that is its first key, or false: none of it
    kSectionList,  // tables
    kRefused,      // known, and not to be had here
  };
  std::string_view name;
  Kind kind;
  std::string_view meaning;                      // for editors; kRefused: why
  std::string_view expected = {};                // behind "expected": "20ms..120ms"
  std::span<const std::string_view> words = {};  // kWord, kWordList
  const Keys* section = nullptr;                 // kSection, kShort, kSectionList
};

struct Keys {
  std::string_view name;   // in the schema
  std::string_view title;  // in messages: "[impair.latency]"
  std::span<const Key> keys;

  [[nodiscard]] const Key* find(std::string_view key) const;
};

extern const Keys kProfileKeys;
extern const Keys kMatchKeys;
extern const Keys kImpairKeys;
extern const Keys kRuleKeys;
extern const Keys kRuleImpairKeys;
extern const Keys kLatencyKeys;
extern const Keys kSpeedKeys;
extern const Keys kOwnRateKeys;
extern const Keys kJitterKeys;
extern const Keys kResetKeys;
extern const Keys kPacketKeys;
extern const Keys kLossKeys;
extern const Keys kNetemKeys;
extern const Keys kTimelineKeys;
extern const Keys kPhaseKeys;
extern const Keys kPhaseRuleKeys;
extern const Keys kCurveKeys;
extern const Keys kTraceKeys;

}  // namespace weir
