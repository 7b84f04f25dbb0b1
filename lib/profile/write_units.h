// Quantities as text that profile/units.h reads back as the same value, in the largest unit that needs few digits.
// Pure; control threads.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "base/units.h"

namespace weir {

/// The shortest decimal number that is this double and no other, without an exponent. Finite numbers only.
[[nodiscard]] std::string write_decimal(double value);

/// "40ms", "250us", "2s", "16.666667ms". Not negative.
[[nodiscard]] std::string write_duration(Duration duration);

/// "2MB/s", "204800B/s", "96kB/s".
[[nodiscard]] std::string write_rate(ByteRate rate);

/// "64KiB", "10kB", "1B".
[[nodiscard]] std::string write_size(std::uint64_t bytes);

/// A share of 1 as percent: "0.5%", "100%".
[[nodiscard]] std::string write_percent(double share);

}  // namespace weir
