// TOML (v1.0) to a tree of plain values with places: the one file that knows toml++. Control threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "profile/document.h"
#include "profile/problems.h"

namespace weir {

/// The tree of a text, or nothing and a problem noted: what breaks TOML's syntax ends the reading of that text.
/// @param source the text's number in `problems`.
[[nodiscard]] std::optional<Node> read_toml(std::string_view text, std::uint32_t source, Problems& problems);

}  // namespace weir
