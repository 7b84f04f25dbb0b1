// Where a timeline's clock has its zero. A plain value.
#pragma once

#include <cstdint>

namespace weir {

enum class SceneStart : std::uint8_t { kRun, kFirstPacket };

}  // namespace weir
