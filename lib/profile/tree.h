// Putting together and taking apart the tree of a profile. Pure; control threads.
#pragma once

#include <string>
#include <string_view>

#include "profile/document.h"

namespace weir {

/// The value of a key; null where there is none.
[[nodiscard]] Node* find_in(Node& table, std::string_view name);

/// Sets the value of a key, which may be there or not.
void put(Node& table, std::string_view name, Node value);

/// Takes a key out.
void drop(Node& table, std::string_view name);

[[nodiscard]] Node text_node(std::string text, const Place& place);
[[nodiscard]] Node table_node(const Place& place);

}  // namespace weir
