// What a capture says of a frame in words: the comment that tshark and Wireshark show. Pure; the capture's thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "engine/frame_tap.h"

namespace weir {

/// "held 84.2 ms: latency of exchange 3, rule api", "dropped: loss, rule x", "injected RST: reset of exchange 2, rule
/// default", "absorbed: ..."; empty for a frame that nothing was done to. Milliseconds are exact to the nanosecond:
/// what the decision log's done_ns - t_ns says.
/// @param rule the name of the note's rule; empty: it has none.
[[nodiscard]] std::string frame_comment(const TapRecord& record, std::span<const std::byte> frame,
                                        std::string_view rule);

}  // namespace weir
