// A capture through the engine in simulated time, into another capture: `weir replay` without its command line. Frames
// stream through; memory is bounded by what is held at a time. Time 0 is the first frame's. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/selection_listener.h"
#include "impair/match.h"
#include "profile/name_book.h"
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
  std::optional<std::string> capture = {};                             // becomes a pcapng of both sides, with comments
  SelectionListener* listener = nullptr;                               // hears why rules are chosen
  std::function<void(const Rules&)> choosing_by = {};                  // told that other rules hold: those of a phase
  std::function<void(const Decision&, const NameBook&)> decided = {};  // without a log: every decision, as --log-all
};

/// How far it is, for whoever waits.
struct ReplayProgress {
  std::uint64_t frames = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes = 0;  // of the capture; 0 where that is not known
  bool drains = false;      // all frames have been read
};

/// Hears how far it is, and says whether to go on.
using ReplayWatch = std::function<bool(const ReplayProgress&)>;

struct ReplayReport {
  RunStatistics statistics;          // all but the version; the link's ports are "IN:a" and "IN:b"
  std::uint64_t frames = 0;          // read
  std::uint64_t passed_over = 0;     // beside them: departures, in a capture that has the arrivals as well
  std::uint64_t moved_forward = 0;   // of them, with a time before that of the frame before them: moved to that one's
  std::uint64_t cut_by_snaplen = 0;  // of them, captured shorter than they were
  bool stopped = false;              // while frames were held: they were dropped
  std::string fault = {};            // why the profile's phases ended before their end, else empty
  std::string damage;                // one sentence if the capture ended inside a packet, else empty
};

/// Does all of it. Throws RunError for captures that can't be read or written. `out` and the log are whole only when it
/// returns. @param watch asked now and then, every few thousand frames and every few hundred turns. If it says no while
/// frames are held after the last one was read, the rest is dropped as at the end of a run, and all is written; before
/// that nothing useful can be, and RunError is thrown. It may throw as well.
[[nodiscard]] ReplayReport replay_capture(const ReplayPlan& plan, const ReplayWatch& watch);

}  // namespace weir
