// `weir presets`: the networks that come with weir.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace weir {

/// All of them in a table; or one: its source, what its latency means, what is applied in each direction, its profile.
/// Returns 0; throws UsageError.
[[nodiscard]] int list_presets(std::span<const std::string> arguments, std::ostream& out);

/// What `weir help presets` prints.
[[nodiscard]] std::string presets_help();

}  // namespace weir
