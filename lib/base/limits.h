// Limits that more than one room has to know. Constants.
#pragma once

#include <cstddef>

namespace weir {

/// Packet rules that a rule may have: a flow counts for each of them.
inline constexpr std::size_t kMostPacketRules = 4;

}  // namespace weir
