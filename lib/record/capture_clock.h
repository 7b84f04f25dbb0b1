// The timestamps of a pcapng interface: counts of a unit that the interface names (if_tsresol), from an offset of whole
// seconds (if_tsoffset). Integers only; what is finer than a nanosecond is rounded down. Internal to record.
#pragma once

#include <cstdint>
#include <optional>

namespace weir {

class CaptureClock {
 public:
  /// Sets the unit as if_tsresol has it: 10^-n s, or 2^-n s with the top bit set. False for one that 64 bits can't
  /// count a second in.
  [[nodiscard]] bool set_resolution(std::uint8_t code);
  void set_offset(std::int64_t seconds) { offset_s_ = seconds; }

  /// Nanoseconds since 1970; nullopt for a time outside 1970 to 2262.
  [[nodiscard]] std::optional<std::int64_t> unix_ns(std::uint64_t count) const;

 private:
  std::uint64_t units_a_second_ = 1'000'000;
  std::int64_t offset_s_ = 0;
};

}  // namespace weir
