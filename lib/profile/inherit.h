// Where profiles come from, files and presets, and what `extends` makes of two. Reads files; control threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "profile/document.h"
#include "profile/keys.h"
#include "profile/problems.h"

namespace weir {

/// A profile's text.
struct Origin {
  std::string name;    // as messages call it
  std::string text;    // TOML
  std::string folder;  // where relative paths in it begin; empty: the working directory
};

/// A file where the word has a '/', ends in ".toml", or is there; else a preset. Throws UsageError.
/// @param folder where relative paths begin; empty: the working directory.
[[nodiscard]] Origin find_profile(std::string_view word, const std::string& folder = "");

/// The tree of a profile, with what it extends beneath it: keys of the profile itself hold, tables are merged key by
/// key, what says the same in another form goes (displace.h), a short form replaces the whole table, lists are
/// replaced, and of rules the profile's own come first; one of the same name takes a rule's place. The name and
/// description of what is extended are left out. Nothing, and problems, if the text is no TOML.
[[nodiscard]] std::optional<Node> read_tree(const Origin& origin, Problems& problems);

/// The merging alone.
[[nodiscard]] Node merge(Node base, Node own);

/// The same of one table of a profile, with its keys.
[[nodiscard]] Node merge_section(Node base, Node own, const Keys& keys);

}  // namespace weir
