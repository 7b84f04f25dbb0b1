// `weir explain`: the profile that a command line stands for.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace weir {

/// Prints the complete profile; what `weir run --profile` does with it is what the arguments would have done. Returns
/// 0; throws UsageError. (Its help is in weir/options.h.)
[[nodiscard]] int explain(std::span<const std::string> arguments, std::ostream& out);

}  // namespace weir
