// A profile: what a text in the profile language says, checked as a whole. Control threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "impair/rules.h"

namespace weir {

/// Where a netem string went, for `explain`.
struct NetemOrigin {
  std::size_t rule = 0;               // 0: [impair]; i + 1: rules[i]
  std::optional<std::size_t> packet;  // of that rule's packets; none: the speed
  std::string said;                   // netem.up = "..."
};
/// Remarks: they say nothing about what a profile asks for, so profiles that differ in them alone are equal.
struct NetemOrigins {
  std::vector<NetemOrigin> all;
  friend bool operator==(const NetemOrigins& /*a*/, const NetemOrigins& /*b*/) { return true; }
};
struct Timeline;

struct Profile {
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  Match match;         // what `impair` is for, of what no rule takes
  Impairments impair;  // the rule "default"
  std::optional<SpeedRule> speed;
  std::vector<Rule> rules;                        // the first that matches wins
  std::shared_ptr<const Timeline> timeline = {};  // null: it is the same all the time
  NetemOrigins netem;
  friend bool operator==(const Profile&, const Profile&) = default;
};

/// The log's name of what [match] and [impair] say.
inline constexpr std::string_view kDefaultRuleName = "default";

/// The profile of a file or a preset. Throws ProfileError with every fault in it and in what it extends, and UsageError
/// if there is no such file or preset.
[[nodiscard]] Profile load_profile(std::string_view file_or_preset);

/// The profile that a text says. Throws ProfileError.
/// @param called the text's name in messages.
[[nodiscard]] Profile parse_profile(std::string_view text, std::string_view called);

/// The rules that a profile asks for, outside of its phases. With a [match] the default rule becomes the last of the
/// list, and what it leaves out is not touched. Rules that phases add are there, and take nothing.
[[nodiscard]] Rules compile(const Profile& profile);

}  // namespace weir
