// Opening: which flow a segment belongs to, and who a new connection is: its client, its k, the key of its draws.
// Worker's thread.
#pragma once

#include "engine/pipeline.h"
#include "engine/selection.h"
#include "wire/tcp_segment.h"

namespace weir {

/// The flow of a segment, opened if the segment begins a connection (a SYN, or payload of one that began unseen). Null
/// when the segment goes through without one: a stray without payload, or no room, which is counted.
/// @param erased what the table said when the probe was answered.
[[nodiscard]] inline Flow* find_or_open(Pipeline& pipeline, const FlowTable::Probe& probe, std::uint64_t erased,
                                        const TcpSegment& segment, Side from, Instant now);

/// The flow of a frame that is no TCP, opened with the first. Null where there is no room, which is counted.
[[nodiscard]] Flow* find_or_open_other(Pipeline& pipeline, const FlowKey& key, const OtherFacts& facts, Side from,
                                       Instant now);

/// Frees one connection, if any lives in that slot, once it has been quiet for long enough: closed ones soon, so that
/// their last ACKs still find them; cut ones after 20 s; SYNs that nobody answered after a minute; others only
/// where the table is more than three quarters full, after a quarter of an hour.
void expire_idle(Pipeline& pipeline, std::uint32_t slot);

/// Frees a connection whose lanes are empty, with all that it holds.
void erase(Pipeline& pipeline, Flow& flow);

/// What a connection's fate hangs on, but for k.
[[nodiscard]] ConnectionTriple triple_of(const Flow& flow);

// Most segments there are belong to a connection that is known: the rest is in open.cc.
[[nodiscard]] Flow* find_or_open_any(Pipeline& pipeline, const FlowTable::Probe& probe, const TcpSegment& segment,
                                     Side from, Instant now);

inline Flow* find_or_open(Pipeline& pipeline, const FlowTable::Probe& probe, std::uint64_t erased,
                          const TcpSegment& segment, Side from, Instant now) {
  Flow* const flow = probe.found;
  if (flow == nullptr || segment.has(tcp_flag::kSyn) || pipeline.flows.erased() != erased) [[unlikely]] {
    return find_or_open_any(pipeline, probe, segment, from, now);
  }
  flow->last_seen = pipeline.second;
  return flow;
}

}  // namespace weir
