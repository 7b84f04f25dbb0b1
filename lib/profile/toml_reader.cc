#include "profile/toml_reader.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cmath>
#include <string>

#include "profile/write_units.h"

namespace weir {
namespace {

Place place_at(std::uint32_t source, const toml::source_region& region) {
  return {source, region.begin.line, region.begin.column};
}

std::string float_text(double value) {
  return std::isfinite(value) ? write_decimal(value) : fmt::format("{}", value);
}

Node to_node(const toml::node& from, std::uint32_t source);

Node to_table(const toml::table& from, Node node, std::uint32_t source) {
  node.kind = Node::Kind::kTable;
  for (const auto& [key, value] : from) {
    node.entries.push_back({std::string(key.str()), place_at(source, key.source()), to_node(value, source)});
  }
  return node;
}

Node to_list(const toml::array& from, Node node, std::uint32_t source) {
  node.kind = Node::Kind::kList;
  for (const toml::node& item : from) node.items.push_back(to_node(item, source));
  return node;
}

Node to_node(const toml::node& from, std::uint32_t source) {
  Node node;
  node.place = place_at(source, from.source());
  if (const auto* table = from.as_table()) return to_table(*table, std::move(node), source);
  if (const auto* array = from.as_array()) return to_list(*array, std::move(node), source);
  node.kind = Node::Kind::kTime;
  const auto become = [&node](Node::Kind kind, std::string text) {
    node.kind = kind;
    node.text = std::move(text);
  };
  if (const auto* text = from.as_string()) become(Node::Kind::kText, text->get());
  if (const auto* integer = from.as_integer()) become(Node::Kind::kInteger, std::to_string(integer->get()));
  if (const auto* number = from.as_floating_point()) become(Node::Kind::kFloat, float_text(number->get()));
  if (const auto* boolean = from.as_boolean()) become(Node::Kind::kBoolean, boolean->get() ? "true" : "false");
  return node;
}

/// What people write who don't know TOML's quotes: latency = 40ms.
std::string_view hint_for(std::string_view description) {
  const bool in_a_number = description.starts_with("Error while parsing decimal integer") ||
                           description.starts_with("Error while parsing floating-point");
  return in_a_number ? R"(a value with a unit in quotes: "40ms")" : "";
}

}  // namespace

std::optional<Node> read_toml(std::string_view text, std::uint32_t source, Problems& problems) {
  try {
    return to_node(toml::parse(text), source);
  } catch (const toml::parse_error& error) {
    problems.add(place_at(source, error.source()), error.description(), hint_for(error.description()));
    return std::nullopt;
  }
}

}  // namespace weir
