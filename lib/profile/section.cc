#include "profile/section.h"

#include <fmt/format.h>

#include <utility>

#include "profile/curve.h"
#include "profile/spelling.h"

namespace weir {
namespace {

using enum Node::Kind;
using Kind = Key::Kind;

std::string_view name_of(Node::Kind kind) {
  switch (kind) {
    case kText:
      return "a text";
    case kInteger:
    case kFloat:
      return "a number";
    case kBoolean:
      return "true or false";
    case kTime:
      return "a date or a time of day";
    case kList:
      return "a list";
    case kTable:
      return "a table";
  }
  return "";
}

bool is_number(const Node& node) {
  return node.kind == kInteger || node.kind == kFloat;
}
bool is_quantity(const Node& node) {
  return node.kind == kText || is_number(node);
}
bool is_text(const Node& node) {
  return node.kind == kText;
}
bool is_table(const Node& node) {
  return node.kind == kTable;
}
bool is_off(const Node& node) {
  return node.kind == kBoolean && node.text == "false";
}

bool holds_a_number(const Key& key) {
  return key.kind == Kind::kTime || key.kind == Kind::kBytes || key.kind == Kind::kShare || key.kind == Kind::kShort;
}

/// The first node of a list, or the node itself, that is not as it should be.
template <typename Is>
const Node* odd_one(const Node& node, Is is) {
  if (node.kind != kList) return is(node) ? nullptr : &node;
  const auto found = std::ranges::find_if_not(node.items, is);
  return found == node.items.end() ? nullptr : &*found;
}

/// The node whose kind does not fit the key, if there is one.
const Node* misfit(const Key& key, const Node& node) {
  const auto unless = [&node](bool fits) { return fits ? nullptr : &node; };
  switch (key.kind) {
    case Kind::kText:
    case Kind::kWord:
      return unless(is_text(node));
    case Kind::kWhole:
      return unless(is_text(node) || node.kind == kInteger);
    case Kind::kQuantity:
    case Kind::kTime:
    case Kind::kBytes:
    case Kind::kShare:
      return unless(is_quantity(node));
    case Kind::kTextList:
    case Kind::kWordList:
      return odd_one(node, is_text);
    case Kind::kQuantityList:
      return odd_one(node, is_quantity);
    case Kind::kBoolean:
      return unless(node.kind == kBoolean);
    case Kind::kSection:
      return unless(is_table(node));
    case Kind::kShort:
      return unless(is_table(node) || is_quantity(node) || is_off(node));
    case Kind::kSectionList:
      return node.kind == kList ? odd_one(node, is_table) : &node;
    case Kind::kRefused:
      return nullptr;
  }
  return nullptr;
}

std::string expected_by(const Key& key) {
  if (!key.expected.empty()) return std::string(key.expected);
  if (!key.words.empty()) return comma_separated(key.words);
  if (key.kind == Kind::kSectionList) return fmt::format("tables: [[{}]]", key.name);
  return "a table";
}

std::vector<std::string_view> names_of(std::span<const Key> keys) {
  std::vector<std::string_view> names;
  for (const Key& key : keys) {
    if (key.kind != Kind::kRefused) names.push_back(key.name);
  }
  return names;
}

}  // namespace

Node as_table(Node node, std::string_view key) {
  if (node.kind == kTable) return node;
  Node table;
  table.kind = kTable;
  table.place = node.place;
  table.entries.push_back({std::string(key), node.place, std::move(node)});
  return table;
}

Section::Section(Node table, const Keys& keys, Problems& problems, std::string_view called)
    : table_(std::move(table)), keys_(&keys), problems_(&problems), called_(called) {
  for (const Entry& entry : table_.entries) check(entry);
}

void Section::note_unknown(const Entry& entry) {
  const std::vector<std::string_view> known = names_of(keys_->keys);
  const auto nearest = nearest_spelling(entry.name, known);
  if (nearest) faulty_.emplace_back(*nearest);
  const std::string one_of = nearest ? "" : "one of " + comma_separated(known);
  problems_->add(entry.place,
                 fmt::format("unknown key {} in {}{}", entry.name, keys_->title, did_you_mean(entry.name, known)),
                 one_of);
}

void Section::check(const Entry& entry) {
  const Key* const key = keys_->find(entry.name);
  if (!key) return note_unknown(entry);
  if (key->kind == Kind::kRefused) {
    problems_->add(entry.place, fmt::format("{} in {}: {}", key->name, keys_->title, key->meaning));
    return;
  }
  // In a phase a value stands in its place by now.
  if (holds_a_number(*key) && is_curve(entry.value)) {
    faulty_.push_back(entry.name);
    problems_->add(entry.value.place,
                   fmt::format("{}: numbers change in phases only: a curve stands in [phase.impair]", key->name),
                   key->expected);
    return;
  }
  const Node* const wrong = misfit(*key, entry.value);
  if (!wrong) return;
  faulty_.push_back(entry.name);
  problems_->add(wrong->place, fmt::format("{}: {} can't stand here", key->name, name_of(wrong->kind)),
                 expected_by(*key));
}

bool Section::has(std::string_view key) const {
  const bool is_faulty = std::ranges::find(faulty_, key) != faulty_.end();
  const Node* const node = table_.find(key);
  return is_faulty || (node && !is_off(*node)) || (node && keys_->find(key)->kind == Kind::kBoolean);
}

const Node* Section::value(std::string_view key) const {
  const bool is_faulty = std::ranges::find(faulty_, key) != faulty_.end();
  return is_faulty ? nullptr : table_.find(key);
}

std::vector<Node> Section::items(std::string_view key) const {
  const Node* const node = value(key);
  if (!node) return {};
  return node->kind == kList ? node->items : std::vector<Node>{*node};
}

std::string_view Section::expected(std::string_view key) const {
  const Key* const known = keys_->find(key);
  return known ? known->expected : std::string_view();
}

void Section::note_unknown_word(std::string_view key, const Node& node, std::span<const std::string_view> words) const {
  problems_->add(node.place,
                 fmt::format("{}: \"{}\" is no word for it{}", key, node.text, did_you_mean(node.text, words)),
                 comma_separated(words));
}

bool Section::is_empty_list(std::string_view key) const {
  const Node* const node = value(key);
  return node && node->kind == kList && node->items.empty();
}

std::optional<bool> Section::flag(std::string_view key) const {
  const Node* const node = value(key);
  return node ? std::optional(node->text == "true") : std::nullopt;
}

std::optional<Section> Section::section(std::string_view key) const {
  const Node* const node = value(key);
  if (!node || is_off(*node)) return std::nullopt;
  const Keys& keys = *keys_->find(key)->section;
  return Section(as_table(*node, keys.keys.front().name), keys, *problems_, is_table(*node) ? "" : key);
}

std::vector<Section> Section::sections(std::string_view key) const {
  std::vector<Section> all;
  for (const Node& node : items(key)) all.emplace_back(node, *keys_->find(key)->section, *problems_);
  return all;
}

void Section::refuse(std::string_view key, std::string_view message) const {
  const Node* const node = table_.find(key);
  problems_->add(node ? node->place : table_.place, message);
}

bool Section::require(std::string_view key, std::string_view question) const {
  if (has(key)) return true;
  problems_->add(table_.place, fmt::format("{} needs {}: {}", keys_->title, key, question));
  return false;
}

}  // namespace weir
