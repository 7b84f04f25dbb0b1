// The worker's end of the decision log: numbers decisions that hold a frame, and pushes records into the ring. Without
// a ring it does nothing. A full ring is counted and never waited for. Worker's thread.
#pragma once

#include <cstdint>

#include "base/units.h"
#include "engine/decision_record.h"
#include "engine/worker_counters.h"
#include "flow/flow.h"

namespace weir {

/// The decisions that one frame carries: consecutive numbers, noted in its packet.
struct Decisions {
  std::uint32_t first = 0;
  std::uint8_t count = 0;
};

class Recorder {
 public:
  /// @param ring null for no log.
  Recorder(DecisionRing* ring, WorkerCounters& counters) : ring_(ring), counters_(counters) {}

  [[nodiscard]] bool active() const { return ring_ != nullptr; }

  /// A decision that is complete in itself.
  void note(const Flow& flow, Event event, Instant at, std::uint32_t n, double drawn, bool hit = true) {
    if (active()) push(about(flow, event, at, n, drawn, hit));
  }

  /// A decision that holds a frame until `due_at`: numbered, and added to those the frame carries.
  void note_hold(const Flow& flow, Event event, Instant at, std::uint32_t n, Duration drawn, Instant due_at,
                 Decisions& decisions) {
    if (!active() || decisions.count == UINT8_MAX) return;
    DecisionRecord record = about(flow, event, at, n, static_cast<double>(drawn.nanoseconds()) / 1e6, true);
    record.due_at = due_at;
    record.number = next_number_++;
    if (decisions.count++ == 0) decisions.first = record.number;
    push(record);
  }

  /// A redraw of the rate, which belongs to no connection.
  void note_rate(Instant at, std::uint64_t n, ByteRate rate) {
    note_of_run(Event::kRate, at, static_cast<std::uint32_t>(n), static_cast<double>(rate.bytes_per_second));
  }

  /// A phase begins, of which the log knows the name by its number.
  void note_phase(Instant at, std::uint32_t phase) { note_of_run(Event::kPhase, at, phase); }

  /// Something else is asked for, of which the log knows by its number.
  void note_asked(Instant at, std::uint32_t asked) { note_of_run(Event::kAsked, at, asked); }

  /// The frame that carried decisions left (kDone) or was dropped (kAbandoned).
  void note_end_of(const Packet& packet, const Flow& flow, Event end, Instant at) {
    for (std::uint32_t i = 0; i < packet.decisions; ++i) {
      DecisionRecord record = about(flow, end, at, 0, 0, true);
      record.number = packet.decision + i;
      push(record);
    }
  }

 private:
  // What belongs to no connection.
  void note_of_run(Event event, Instant at, std::uint32_t n, double drawn = 0) {
    if (!active()) return;
    DecisionRecord record;
    record.event = event;
    record.at = at;
    record.n = n;
    record.drawn = drawn;
    push(record);
  }

  [[nodiscard]] static DecisionRecord about(const Flow& flow, Event event, Instant at, std::uint32_t n, double drawn,
                                            bool hit) {
    DecisionRecord record;
    record.key = flow.key;
    record.at = at;
    record.drawn = drawn;
    record.n = n;
    record.k = flow.k;
    record.event = event;
    record.client = flow.client;
    record.rule = flow.rule;
    record.selection = flow.selection;
    record.hit = hit;
    return record;
  }

  void push(const DecisionRecord& record) {
    if (!ring_->push(record)) counters_.log_overflow.add(1);
  }

  DecisionRing* ring_;
  WorkerCounters& counters_;
  std::uint32_t next_number_ = 1;
};

}  // namespace weir
