// Puts decisions into the order of the log: lines of one connection follow each other as they were decided, though a
// held frame's line is known in full only when the frame has left. So a decision that waits for its frame makes every
// later one of its connection wait behind it. Pure bookkeeping: no clock, no file. Used by the log's thread alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <unordered_map>
#include <vector>

#include "engine/decision_record.h"
#include "record/connection.h"

namespace weir {

/// How a decision ended.
enum class Outcome : std::uint8_t {
  kComplete,   // nothing was held for it
  kHeld,       // its frame had not left when the log was closed
  kDone,       // its frame left at done_at
  kAbandoned,  // its frame was dropped instead
};

/// A decision and what became of it: one line of the log.
struct Decision {
  DecisionRecord record;
  Outcome outcome = Outcome::kComplete;
  Instant done_at;
};

class DecisionOrder {
 public:
  using Sink = std::function<void(const Decision&)>;

  /// @param everything also let through draws that did not strike, and single frames dropped or absorbed (--log-all).
  /// @param sink gets each decision once, when it is its turn.
  DecisionOrder(std::size_t workers, bool everything, Sink sink);

  /// Takes the next record of a worker's ring. A kDone or kAbandoned whose decision is not known (its record found the
  /// ring full) is ignored.
  void take(std::size_t worker, const DecisionRecord& record);

  /// Lets out what still waits, by time of decision; nothing may be taken after it.
  void close();

 private:
  using Queue = std::list<Decision>;  // the first one waits for its frame, or the queue would not be
  struct Held {
    Connection connection;
    Decision* decision = nullptr;
  };
  struct PerWorker {
    std::unordered_map<Connection, Queue, ConnectionHash> queues;
    std::unordered_map<std::uint32_t, Held> held;  // by the record's number
  };

  [[nodiscard]] bool is_wanted(const DecisionRecord& record) const;
  void finish(PerWorker& worker, const DecisionRecord& record);

  std::vector<PerWorker> workers_;
  const bool everything_;
  const Sink sink_;
};

}  // namespace weir
