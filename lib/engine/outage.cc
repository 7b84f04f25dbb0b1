#include "engine/outage.h"

#include "engine/hold.h"
#include "engine/pass.h"
#include "impair/decide.h"

namespace weir {
namespace {

// Whether this segment is an occasion to draw: the first data of a second of the connection's life, the first byte of a
// response, or any data.
bool is_occasion(const JitterRule& rule, Flow& flow, const Passage& passage, Begun begun) {
  if (passage.segment.payload_length == 0) return false;
  switch (rule.per) {
    case JitterRule::Per::kExchange:
      return begun.responses > 0;
    case JitterRule::Per::kPacket:
      return true;
    case JitterRule::Per::kSecond:
      break;
  }
  if (passage.now < flow.jitter_again_at) return false;
  const std::int64_t age_s = (passage.now - flow.opened_at).nanoseconds() / kNanosecondsPerSecond;
  flow.jitter_again_at = flow.opened_at + seconds(age_s + 1);
  return true;
}

// Counts a draw, and notes one that misses; one that strikes is noted by what it holds.
bool strikes(Pipeline& pipeline, const Flow& flow, const Struck& struck, std::uint32_t n, Instant now) {
  pipeline.counters.jitter_draws.add(1);
  if (!struck.hit) {
    pipeline.recorder.note(flow, Event::kJitter, now, n, struck.draw, false);
    return false;
  }
  pipeline.counters.jitter_applied.add(1);
  pipeline.counters.jitter_drawn_ns.add(static_cast<std::uint64_t>(struck.length.nanoseconds()));
  return true;
}

// An outage of the link strikes all that is selected on it; the connection whose data came first in this second draws.
void draw_for_link(Pipeline& pipeline, Flow& flow, Passage& passage, const JitterRule& rule) {
  const std::uint8_t link = link_of(flow.key);
  const auto second = static_cast<std::uint32_t>(passage.now.nanoseconds() / kNanosecondsPerSecond);
  if (passage.segment.payload_length == 0 || !pipeline.outages.begins_second(link, second)) return;
  const Struck struck = decide_jitter(rule, link_draw_key(pipeline.rules().seed, link), second);
  if (!strikes(pipeline, flow, struck, second, passage.now)) return;
  const Instant until = passage.now + struck.length;
  pipeline.outages.begin(link, until);
  pipeline.recorder.note_hold(flow, Event::kJitter, passage.now, second, struck.length, until, passage.decisions);
}

void draw_for_connection(Pipeline& pipeline, Flow& flow, Passage& passage, const JitterRule& rule) {
  const std::uint32_t n = flow.jitter_draws++;
  const Struck struck = decide_jitter(rule, flow.draw_key, n);
  if (!strikes(pipeline, flow, struck, n, passage.now)) return;
  stall(pipeline, flow, passage.now + struck.length, passage.now);
  pipeline.recorder.note_hold(flow, Event::kJitter, passage.now, n, struck.length, flow.stalled_until,
                              passage.decisions);
}

}  // namespace

bool draw_outage(Pipeline& pipeline, Flow& flow, Passage& passage, Begun begun) {
  const JitterRule& rule = *pipeline.impairments(flow.rule)->jitter;
  const bool stalls = passage.now < pipeline.stalled_until(flow);  // and so carries nothing
  if (!stalls && rule.scope == JitterRule::Scope::kLink) {
    draw_for_link(pipeline, flow, passage, rule);
  } else if (!stalls && is_occasion(rule, flow, passage, begun)) {
    draw_for_connection(pipeline, flow, passage, rule);
  }
  if (rule.mode == JitterRule::Mode::kHold || passage.now >= pipeline.stalled_until(flow)) return true;
  drop_undelivered(pipeline, flow, passage, DropReason::kOutage);
  return false;
}

}  // namespace weir
