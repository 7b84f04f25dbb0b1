// `weir explain`: the profile that a command line stands for, or what it would do to a capture.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace weir {

/// Prints the complete profile, with which traffic comes under what as a comment; what `weir run --profile` does with
/// it is what the arguments would have done. With --pcap it says instead what would happen to each connection of a
/// capture, and why. Returns 0; throws UsageError, and RunError for a capture that can't be read. (Its help is in
/// options.h.)
[[nodiscard]] int explain(std::span<const std::string> arguments, std::ostream& out, std::ostream& err);

}  // namespace weir
