// The one parser of quantities as people write them: durations, rates, probabilities, counts. The command line,
// profiles and anything else that reads text go through it, so that "40ms" means the same everywhere. Exact: decimals
// are scaled in integers, never through floating point. A number is digits with at most one point
// ("40", "0.5", ".5"; 18 digits at most); no sign, no exponent, no "nan" or "inf"; one space may stand before the unit.
// Every function throws UsageError, `NAME: "TEXT" is not a WHAT: WHY`, where `name` is what the reader of the error
// knows the quantity by: "--latency", or "bench.toml:3:11: latency". Called on control threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "base/units.h"

namespace weir {

/// "40ms", "1.5s", "250us"; a bare number counts `bare` (a millisecond, a second). Whole nanoseconds, never negative.
[[nodiscard]] Duration parse_duration(std::string_view name, std::string_view text, Duration bare = milliseconds(1));

/// Bytes a second: "2000000", "2M", "2MB/s", "1.5MiB/s", "10Mbit". k M G are powers of 1000, Ki Mi Gi of 1024, both
/// with or without "B/s"; kbit Mbit Gbit (with or without "/s") are 125, 125 000, 125 000 000 bytes. A fraction of a
/// byte a second is rounded to the nearest, halves up.
[[nodiscard]] ByteRate parse_byte_rate(std::string_view name, std::string_view text);

/// Bytes: "2000", "10kB", "64KiB", "1.5M"; k M G and Ki Mi Gi as above, with or without "B". Whole bytes.
[[nodiscard]] std::uint64_t parse_byte_size(std::string_view name, std::string_view text);

/// A share between 0 and 1, both included: "0.4" or "40%".
[[nodiscard]] double parse_probability(std::string_view name, std::string_view text);

/// A whole number between min and max, both included; decimal digits only.
[[nodiscard]] std::uint64_t parse_count(std::string_view name, std::string_view text, std::uint64_t min,
                                        std::uint64_t max);

}  // namespace weir
