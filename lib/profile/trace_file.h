// Traces out of files: mahimahi's delivery opportunities, and rows of comma-separated values. Reads files; control
// threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "rate/deliveries.h"

namespace weir {

/// mahimahi's format (Netravali et al., 2015; its packetshell): a line a delivery opportunity, the millisecond at which
/// 1504 bytes may pass; the last line's time is the period after which it begins again. Throws UsageError,
/// `NAME: PATH:LINE: WHY`.
/// @param folder where a relative path begins; empty: the working directory.
[[nodiscard]] std::shared_ptr<const Deliveries> read_deliveries(std::string_view name, std::string_view path,
                                                                const std::string& folder);

/// What a trace says from an instant on. A column that is not there says nothing.
struct TraceRow {
  Duration at;  // since the trace began
  std::optional<ByteRate> rate;
  std::optional<Duration> delay;
  std::optional<double> loss;
};

/// A header line that names the columns (time and any of rate, delay, loss, in any order), then rows in order of time,
/// in the units of profiles. Throws UsageError as above. At least one row.
[[nodiscard]] std::vector<TraceRow> read_trace_rows(std::string_view name, std::string_view path,
                                                    const std::string& folder);

}  // namespace weir
