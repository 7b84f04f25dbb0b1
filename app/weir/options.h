// What was asked for on the command line, checked and converted: everything that a command needs to know.
// Parsing throws UsageError at the first fault and has no effect on the world. The main thread, before anything starts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "impair/rules.h"
#include "profile/profile.h"

namespace weir {

inline constexpr unsigned kMostLinks = 32;  // a flow's key has five bits for its link
inline constexpr unsigned kMostWorkers = 32;

/// The two ports of a link as named: PCI address, kernel interface, or the name of a --vdev of EAL's.
struct LinkOption {
  std::string a;  // clients
  std::string b;  // servers
};

/// What a command leaves behind.
struct OutputOptions {
  std::optional<std::string> log;      // JSON lines, one a decision
  std::optional<std::string> stats;    // one JSON object
  std::optional<std::string> capture;  // pcapng: what came in, what left, what was dropped
  bool log_all = false;                // also draws that missed, and single frames dropped or absorbed
};

/// Reads the profile of a command line again, with the flags that stood beside it. Throws UsageError. Empty where no
/// profile was named.
using ReadProfile = std::function<Profile()>;

struct RunOptions {
  std::vector<LinkOption> links;  // 1 to kMostLinks, no port twice
  Profile profile;                // what `rules` come of, and what becomes of them in time
  Rules rules;
  ReadProfile read_again;
  OutputOptions output;
  Duration max_late = milliseconds(1);
  unsigned workers = 1;               // 1 to kMostWorkers
  std::optional<ByteRate> link_rate;  // of each direction
  std::optional<Duration> duration;   // absent: until a signal
  std::string name = "weir";          // letters, digits, '_', '-', '.'; at most 32
  std::vector<std::string> eal_arguments;
};

struct ExecOptions {
  Profile profile;
  Rules rules;
  OutputOptions output;
  Duration max_late = milliseconds(1);
  std::vector<std::string> command;  // the program and its arguments, at least one word
};

struct ReplayOptions {
  Profile profile;
  Rules rules;
  OutputOptions output;
  std::optional<Cidr> client;
  std::string in;
  std::string out;
};

struct ExplainOptions {
  Profile profile;
  std::optional<std::string> pcap;  // what would happen to the connections in it; none: the profile itself
  std::optional<Cidr> client;
};

/// @param arguments what stands behind `weir run`; what stands behind the first `--` goes to EAL unread.
[[nodiscard]] RunOptions parse_run_options(std::span<const std::string> arguments);

/// @param arguments what stands behind `weir exec`; what stands behind the first `--` is the command, unread.
[[nodiscard]] ExecOptions parse_exec_options(std::span<const std::string> arguments);

/// @param arguments what stands behind `weir replay`.
[[nodiscard]] ReplayOptions parse_replay_options(std::span<const std::string> arguments);

/// @param arguments what stands behind `weir explain`: a file or preset, or nothing, and then impairment flags.
[[nodiscard]] ExplainOptions parse_explain_options(std::span<const std::string> arguments);

/// What `weir help COMMAND` prints.
[[nodiscard]] std::string run_help();
[[nodiscard]] std::string exec_help();
[[nodiscard]] std::string replay_help();
[[nodiscard]] std::string explain_help();

}  // namespace weir
