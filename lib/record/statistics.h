// What a run did, as plain numbers, and the judgement on them: were the promises kept? Filled by the app when the
// workers have stopped, written as JSON (statistics_json.h). Pure functions; called on control threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "impair/rules.h"
#include "record/totals.h"

namespace weir {

/// One port of a link. Frames and bytes as the workers saw them; what was lost as the port itself counts it.
struct PortStatistics {
  std::string name;
  std::uint64_t rx_frames = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_frames = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t imissed = 0;    // lost before weir could take them: the queue of the port was full
  std::uint64_t rx_nombuf = 0;  // lost because no buffer was free
  std::uint64_t tx_full = 0;    // handed to the port and not taken
};

struct LinkStatistics {
  PortStatistics a;
  PortStatistics b;
};

/// The time in which something moved, seen by looking now and then: the sum of the intervals in which a count grew.
/// For the mean speed while there was traffic; the app looks each second.
class ActiveTime {
 public:
  /// @param count never falls. @param now never goes back.
  void observe(Instant now, std::uint64_t count);
  [[nodiscard]] Duration total() const { return total_; }

 private:
  Instant last_at_;
  std::uint64_t last_count_ = 0;
  Duration total_;
};

/// The capture of a run.
struct CaptureStatistics {
  std::uint64_t frames = 0;  // written
  std::uint64_t lost = 0;    // found their ring full
  bool failed = false;       // could not be written to its end
};

struct RunStatistics {
  std::string version;
  Rules asked;                          // with the seed; after a reload those of the newest profile
  Duration max_late = milliseconds(1);  // promised for 99.9 % of held frames
  Duration duration;
  Duration speed_active;  // time in which the limiter passed bytes
  std::vector<LinkStatistics> links;
  Totals totals;
  std::optional<CaptureStatistics> capture;
  std::uint64_t reloads = 0;          // of the profile, while it ran
  std::uint64_t reloads_refused = 0;  // because the profile had faults: the one before stayed
  bool log_failed = false;            // the decision log could not be written to its end
};

/// Promise 4, counted: received + injected + duplicated = sent + dropped + absorbed + held.
struct Conservation {
  std::uint64_t received = 0;
  std::uint64_t injected = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t sent = 0;
  std::uint64_t dropped = 0;
  std::uint64_t absorbed = 0;
  std::uint64_t held = 0;

  [[nodiscard]] bool holds() const { return received + injected + duplicated == sent + dropped + absorbed + held; }
};

[[nodiscard]] Conservation conservation_of(const RunStatistics& run);

/// Each promise that was not kept, as a sentence with its figures; empty when all were.
[[nodiscard]] std::vector<std::string> broken_promises(const RunStatistics& run);

/// Names as they stand in the statistics.
[[nodiscard]] std::string_view name_of(DropReason reason);
[[nodiscard]] std::string_view name_of(UnshapedReason reason);
[[nodiscard]] std::string_view name_of(LateCause cause);
[[nodiscard]] std::string_view name_of(Stage stage);

/// The same in words: "a stolen core".
[[nodiscard]] std::string_view in_words(LateCause cause);

}  // namespace weir
