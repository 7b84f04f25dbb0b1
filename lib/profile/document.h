// A profile's text as a tree of plain values, each with its place in a file. What is meant is not known here, so the
// tree can come from any notation and be merged before it is read. Control threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Where something stands: a source of Problems, and line and column from 1 (0: no line of its own).
struct Place {
  std::uint32_t source = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { kText, kInteger, kFloat, kBoolean, kTime, kList, kTable };

  Kind kind = Kind::kText;
  Place place;
  std::string text;            // of a scalar: numbers in decimal, without an exponent; "true", "false"
  std::vector<Node> items;     // kList
  std::vector<Entry> entries;  // kTable; each name once

  [[nodiscard]] const Node* find(std::string_view name) const;
};

struct Entry {
  std::string name;
  Place place;  // of the name
  Node value;
};

inline const Node* Node::find(std::string_view name) const {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &found->value;
}

}  // namespace weir
