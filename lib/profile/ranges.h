// Ranges as people write them: "20ms..120ms", "1..2MB/s", "100ms +- 20ms", "3.." . Where the first number has no unit
// it has the second one's. Each function throws UsageError as profile/units.h does, with `name` in front. Pure; control
// threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "impair/match.h"
#include "impair/rules.h"

namespace weir {

/// Lengths of time as they were written: a range, or a mean and how far around it.
struct Lengths {
  Duration min;  // with a deviation: the mean
  Duration max;  // with a deviation: the mean
  std::optional<Duration> deviation;
};

/// "40ms", "20ms..120ms", "100ms +- 20ms"; each up to an hour.
[[nodiscard]] Lengths parse_lengths(std::string_view name, std::string_view text);

/// "2MB/s", "1MB/s..2MB/s"; each more than nothing and up to 400 Gbit/s.
[[nodiscard]] RateRange parse_speeds(std::string_view name, std::string_view text);

struct SizeRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

/// "10kB", "10kB..20kB".
[[nodiscard]] SizeRange parse_sizes(std::string_view name, std::string_view text);

/// "3", "0..9", "5.."; whole numbers from 0.
[[nodiscard]] CountRange parse_counts(std::string_view name, std::string_view text);

/// "80", "8000..8100"; 0 to 65535.
[[nodiscard]] PortRange parse_ports(std::string_view name, std::string_view text);

}  // namespace weir
