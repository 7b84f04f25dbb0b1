// A capture through the engine in simulated time, into another capture: `weir replay` without its command line. Frames
// stream through; memory is bounded by what is held at a time. Time 0 is the first frame's. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/selection_listener.h"
#include "impair/match.h"
#include "profile/profile.h"
#include "record/decision_order.h"
#include "record/statistics.h"

namespace weir {

struct ReplayPlan {
  Profile profile;
  std::string in;   // pcap or pcapng
  std::string out;  // becomes a pcap with nanoseconds; empty: nothing is written
  std::optional<Cidr> client;
  std::optional<std::string> log;
  bool log_all = false;
  std::optional<std::string> capture = {};            // becomes a pcapng of both sides, with comments
  SelectionListener* listener = nullptr;              // hears why rules are chosen
  std::function<void(const Decision&)> decided = {};  // without a log: gets every decision, as under --log-all
};

/// How far it is, for whoever waits.
struct ReplayProgress {
  std::uint64_t frames = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes = 0;  // of the capture; 0 where that is not known
};

struct ReplayReport {
  RunStatistics statistics;          // all but the version; the link's ports are "IN:a" and "IN:b"
  std::uint64_t frames = 0;          // read
  std::uint64_t passed_over = 0;     // beside them: departures, in a capture that has the arrivals as well
  std::uint64_t moved_forward = 0;   // of them, with a time before that of the frame before them: moved to that one's
  std::uint64_t cut_by_snaplen = 0;  // of them, captured shorter than they were
  std::string damage;                // one sentence if the capture ended inside a packet, else empty
};

/// Does all of it. Throws RunError for captures that can't be read or written. `out` and the log are whole only when it
/// returns. @param progress called now and then, every few thousand frames.
[[nodiscard]] ReplayReport replay_capture(const ReplayPlan& plan,
                                          const std::function<void(const ReplayProgress&)>& progress);

}  // namespace weir
