// What a frame costs beside the bytes of the account: what a link adds around each, its shortest, and its cells. As
// tc's overhead, mpu and linklayer. Plain values.
#pragma once

#include <algorithm>
#include <cstdint>

namespace weir {

struct FrameCost {
  std::uint16_t overhead = 0;      // bytes more for each frame
  std::uint16_t least = 0;         // a frame costs no less than this, overhead included
  std::uint16_t cell_payload = 0;  // bytes of a frame that fit into a cell; 0: no cells
  std::uint16_t cell_size = 0;     // bytes of a cell

  [[nodiscard]] bool none() const { return *this == FrameCost(); }

  /// Of a frame that has so many bytes by the account.
  [[nodiscard]] std::uint32_t of(std::uint32_t bytes) const {
    const std::uint32_t whole = std::max<std::uint32_t>(bytes + overhead, least);
    return cell_payload == 0 ? whole : (whole + cell_payload - 1U) / cell_payload * cell_size;
  }

  friend bool operator==(const FrameCost&, const FrameCost&) = default;
};

}  // namespace weir
