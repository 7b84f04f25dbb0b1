// The decision log: a thread that empties the workers' rings about once a millisecond and writes one line of JSON a
// decision. Workers never wait for it: what finds a ring full is counted by them (log_overflow). In simulated time it
// has no thread: whoever runs the workers calls empty() between turns, so that the file is the same each time.
// Beside decisions it tells, where it is given the means, what is asked for from when on, what was carried each second,
// and how many draws missed.
// Constructed and closed by control; the thread owns the file and the order.
#pragma once

#include <atomic>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "engine/decision_record.h"
#include "profile/asked_book.h"
#include "profile/name_book.h"
#include "record/carried_meter.h"
#include "record/decision_order.h"
#include "record/missed_draws.h"

namespace weir {

/// What a log can tell beside decisions. All of it must outlive the log.
struct LogChronicle {
  AskedBook* asked = nullptr;         // its number 1 is what is asked for at the start; null: the log does not tell
  CarriedMeter::Source carried = {};  // empty: the log does not tell
};

class DecisionLog {
 public:
  enum class Pace : std::uint8_t { kThread, kByHand };

  /// Creates (or empties) the file and starts writing; throws RunError when the file can't be opened.
  /// @param rings one a worker; must outlive the log. @param everything see DecisionOrder (--log-all).
  /// @param names what rules and phases are called; must outlive the log. Null: all rules are called "default".
  DecisionLog(const std::string& path, std::span<DecisionRing* const> rings, bool everything,
              const NameBook* names = nullptr, Pace pace = Pace::kThread, LogChronicle chronicle = {});

  /// Closes, if nobody did.
  ~DecisionLog();
  DecisionLog(const DecisionLog&) = delete;
  DecisionLog& operator=(const DecisionLog&) = delete;

  /// Pace::kByHand only: takes all that the rings hold. The thread that runs the workers.
  void empty();

  /// Empties the rings a last time, writes decisions whose frames never left, and closes the file. Call it after the
  /// workers have stopped. May be called twice.
  void close();

  /// Whether lines are missing because the file could not be written (a full disk); said once on stderr, too.
  [[nodiscard]] bool has_failed() const { return has_failed_.load(std::memory_order_relaxed); }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  [[nodiscard]] std::string line_of(const Decision& decision);
  [[nodiscard]] const std::string& rule_of(const DecisionRecord& record);
  void follow_rings(const std::stop_token& stop);
  bool empty_rings();
  void take(std::size_t worker, const DecisionRecord& record);
  void look_at_the_second();
  void tell_asked(Instant at, std::uint32_t number);
  void tell_missed();
  void write(std::string_view line);
  void flush();
  void fail();

  const std::string path_;
  const std::vector<DecisionRing*> rings_;
  const NameBook* const names_;
  const bool everything_;
  AskedBook* const asked_;
  std::map<std::pair<std::uint32_t, std::uint8_t>, std::string> rules_;  // by selection and number, as JSON strings
  std::unique_ptr<std::FILE, CloseFile> file_;
  DecisionOrder order_;
  std::optional<CarriedMeter> carried_;
  MissedDraws missed_;
  std::string phase_;               // in force, as far as it was told
  std::uint64_t asked_told_ = 0;    // lines
  Instant newest_at_;               // the latest decision
  std::int64_t missed_told_s_ = 0;  // the second of the run at which they were told last
  std::atomic<bool> has_failed_{false};
  bool is_open_ = true;
  std::jthread thread_;  // last: it uses all of the above; none by hand
};

}  // namespace weir
