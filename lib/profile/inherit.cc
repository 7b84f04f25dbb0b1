#include "profile/inherit.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "profile/displace.h"
#include "profile/errors.h"
#include "profile/keys.h"
#include "profile/presets.h"
#include "profile/read_file.h"
#include "profile/section.h"
#include "profile/spelling.h"
#include "profile/toml_reader.h"
#include "profile/tree.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

bool names_a_file(std::string_view word, const fs::path& path) {
  std::error_code not_there;
  return word.find('/') != std::string_view::npos || word.ends_with(".toml") || fs::is_regular_file(path, not_there);
}

[[noreturn]] void refuse_word(std::string_view word) {
  const std::vector<std::string_view> names = preset_names();
  const std::string hint = did_you_mean(word, names);
  throw UsageError(fmt::format("\"{}\" is neither a file nor a preset{}", word,
                               hint.empty() ? " (see weir presets; a file has a / or ends in .toml)" : hint));
}

bool is_text(const Node* node) {
  return node && node->kind == Node::Kind::kText;
}

/// Whether a table can be merged into the node: it is one, or is short for one.
bool can_be_table(const Node& node) {
  return node.kind != Node::Kind::kList && node.kind != Node::Kind::kBoolean;
}

bool has_rule(const Node& rules, const Node* name) {
  return std::ranges::any_of(rules.items, [name](const Node& rule) {
    const Node* const other = rule.find("name");
    return is_text(other) && is_text(name) && other->text == name->text;
  });
}

/// The profile's own rules, then those of the base that have another name.
Node merge_rules(const Node& base, Node own) {
  if (base.kind != Node::Kind::kList || own.kind != Node::Kind::kList) return own;
  const Node before = own;
  for (const Node& rule : base.items) {
    if (!has_rule(before, rule.find("name"))) own.items.push_back(rule);
  }
  return own;
}

Node merge_tables(Node base, Node own, const Keys& keys);

Node merge_values(Node base, Node own, const Key* key) {
  if (!key || !key->section || own.kind == Node::Kind::kBoolean) return own;
  if (key->kind == Key::Kind::kSectionList) return key->section == &kRuleKeys ? merge_rules(base, std::move(own)) : own;
  const bool both_tables = own.kind == Node::Kind::kTable && can_be_table(base);
  if (!both_tables) return own;
  return merge_tables(as_table(std::move(base), key->section->keys.front().name), std::move(own), *key->section);
}

Node merge_tables(Node base, Node own, const Keys& keys) {
  base.place = own.place;
  displace(base, own, keys);
  for (Entry& entry : own.entries) {
    Node* const beneath = find_in(base, entry.name);
    if (beneath) {
      *beneath = merge_values(std::move(*beneath), std::move(entry.value), keys.find(entry.name));
    } else {
      base.entries.push_back(std::move(entry));
    }
  }
  return base;
}

/// Reads a profile and what it extends, and notes circles.
class Reader {
 public:
  explicit Reader(Problems& problems) : problems_(&problems) {}

  std::optional<Node> read(const Origin& origin) {
    const std::uint32_t source = problems_->add_source(origin.name, origin.text, origin.folder);
    std::optional<Node> own = read_toml(origin.text, source, *problems_);
    if (!own) return std::nullopt;
    chain_.push_back(origin.name);
    const Node* const extends = own->find("extends");
    std::optional<Node> base = is_text(extends) ? read_base(*extends, origin.folder) : std::nullopt;
    chain_.pop_back();
    return base ? merge(std::move(*base), std::move(*own)) : own;
  }

 private:
  std::optional<Node> read_base(const Node& extends, const std::string& folder) {
    try {
      const Origin origin = find_profile(extends.text, folder);
      if (std::ranges::find(chain_, origin.name) == chain_.end()) return read(origin);
      problems_->add(extends.place, fmt::format("extends: {} extends itself", origin.name));
    } catch (const UsageError& error) {
      problems_->add(extends.place, fmt::format("extends: {}", error.what()));
    }
    return std::nullopt;
  }

  Problems* problems_;
  std::vector<std::string> chain_;
};

}  // namespace

Origin find_profile(std::string_view word, const std::string& folder) {
  const fs::path path = (fs::path(folder) / word).lexically_normal();
  if (names_a_file(word, path)) return {path.string(), read_file("", path), path.parent_path().string()};
  const Preset* const preset = find_preset(word);
  if (!preset) refuse_word(word);
  return {fmt::format("preset {}", word), preset_text(*preset), ""};
}

std::optional<Node> read_tree(const Origin& origin, Problems& problems) {
  return Reader(problems).read(origin);
}

Node merge_section(Node base, Node own, const Keys& keys) {
  return merge_tables(std::move(base), std::move(own), keys);
}

Node merge(Node base, Node own) {
  std::erase_if(base.entries, [](const Entry& entry) { return entry.name == "name" || entry.name == "description"; });
  return merge_tables(std::move(base), std::move(own), kProfileKeys);
}

}  // namespace weir
