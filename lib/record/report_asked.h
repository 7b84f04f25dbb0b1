// What a report takes from a statistics file (--stats of the run): what was asked for, and what the run itself says was
// achieved. Whatever a file lacks is left open, so that those of older and newer weirs are read as well. Control
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace weir {

/// From least to most; the same where a single value was asked for.
struct AskedRange {
  double min = 0;
  double max = 0;
};

/// What a rule asks for.
struct AskedImpairments {
  std::optional<AskedRange> latency_ms;
  std::optional<double> latency_mean_ms = {};  // of the law, as are p50 and p99
  std::optional<double> latency_p50_ms = {};
  std::optional<double> latency_p99_ms = {};
  std::optional<AskedRange> jitter_ms;
  std::optional<double> jitter_mean_ms = {};
  std::optional<double> jitter_prob;
  std::optional<double> reset_prob;
  std::string reset_at;   // "response", say
  std::string reset_how;  // "rst", say
};

struct RunLateness {
  std::uint64_t p50 = 0;
  std::uint64_t p99 = 0;
  std::uint64_t p999 = 0;
  std::uint64_t max = 0;
};

/// What is asked for, as statistics and log say it.
struct AskedOfRules {
  std::map<std::string, AskedImpairments> rules;  // by name, "default" among them
  std::optional<AskedRange> speed;                // bytes a second; of the way up where there are two
  std::optional<AskedRange> speed_down;
};

/// Reads the `asked` of statistics or of a log's line.
[[nodiscard]] AskedOfRules asked_of_rules(const nlohmann::json& asked);

struct ReportAsked : AskedOfRules {
  std::string path;
  std::string version;
  std::optional<std::uint64_t> seed;
  std::optional<double> latency_mean_ms;  // achieved, as are all of these
  std::optional<double> speed_mean;       // bytes a second, over the seconds in which something moved
  std::optional<double> jitter_share;
  std::optional<std::uint64_t> jitter_draws;
  std::optional<double> reset_share;
  std::optional<std::uint64_t> reset_draws;
  std::optional<RunLateness> lateness_ns;
  std::optional<bool> kept_promises;
  std::vector<std::string> broken;

  /// What a rule asks for; nothing where the file does not name it.
  [[nodiscard]] AskedImpairments of(const std::string& rule) const;
};

/// Throws UsageError for a file that can't be read and for one that is no statistics.
[[nodiscard]] ReportAsked read_report_asked(const std::string& path);

}  // namespace weir
