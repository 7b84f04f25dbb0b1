#include "profile/tree.h"

#include <algorithm>
#include <utility>

namespace weir {

Node* find_in(Node& table, std::string_view name) {
  const auto found = std::ranges::find(table.entries, name, &Entry::name);
  return found == table.entries.end() ? nullptr : &found->value;
}

void put(Node& table, std::string_view name, Node value) {
  if (Node* const there = find_in(table, name)) {
    *there = std::move(value);
  } else {
    const Place place = value.place;
    table.entries.push_back({std::string(name), place, std::move(value)});
  }
}

void drop(Node& table, std::string_view name) {
  std::erase_if(table.entries, [name](const Entry& entry) { return entry.name == name; });
}

Node text_node(std::string text, const Place& place) {
  Node node;
  node.place = place;
  node.text = std::move(text);
  return node;
}

Node table_node(const Place& place) {
  Node node;
  node.kind = Node::Kind::kTable;
  node.place = place;
  return node;
}

}  // namespace weir
