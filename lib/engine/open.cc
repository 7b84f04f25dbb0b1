#include "engine/open.h"

#include "engine/hold.h"
#include "engine/reset.h"
#include "engine/selection.h"
#include "flow/tcp_tracker.h"
#include "impair/decide.h"

namespace weir {
namespace {

Side client_of(const TcpSegment& segment, Side from) {
  if (!segment.has(tcp_flag::kSyn)) return Side::kA;
  return segment.has(tcp_flag::kAck) ? other(from) : from;
}

// Forgets whatever lived under this key before; the lanes are empty by now.
void forget(Pipeline& pipeline, Flow& flow) {
  forget_cut(pipeline, flow);
  flow.exchange_tracker.give_up_facts(pipeline.facts);
  forget_pieces(flow, pipeline.pieces);
  Flow fresh;
  fresh.key = flow.key;
  for (std::size_t i = 0; i < fresh.lanes.size(); ++i) fresh.lanes[i].epoch = flow.lanes[i].epoch;
  fresh.timer_epoch = flow.timer_epoch;
  flow = fresh;
}

// Who it is: its k, and what its draws hang on. False where k can't be known.
bool identify(Pipeline& pipeline, Flow& flow) {
  const ConnectionTriple triple = triple_of(flow);
  const std::optional<std::uint32_t> k = pipeline.registry.open(triple);
  if (!k) {
    flow.interest = Interest::kIgnored;
    pipeline.counters.count(UnshapedReason::kRegistryFull);
    return false;
  }
  flow.k = *k;
  flow.counted = true;
  flow.selection = pipeline.scene->selection->number;
  // Flows that are no TCP have keys of their own: the same hosts and port may speak both.
  const auto transport = static_cast<std::uint64_t>(transport_of(flow.key));
  flow.draw_key = connection_draw_key(pipeline.rules().seed, triple, *k) ^ (transport << 62U);
  return true;
}

void begin(Pipeline& pipeline, Flow& flow, const TcpSegment& segment, Side from, Instant now) {
  flow.client = client_of(segment, from);
  flow.opened_at = now;
  pipeline.counters.tcp_connections.add(1);
  if (identify(pipeline, flow)) begin_selection(pipeline, flow, segment, now);
}

// How many quiet seconds a connection is remembered for. One that lives is forgotten only where room runs short: a
// WebSocket or a long poll may be silent for hours, and what comes after would be taken for another protocol's.
std::uint32_t seconds_to_keep(const Flow& flow, bool crowded) {
  switch (flow.phase) {
    case Phase::kClosed:
      return 5;
    case Phase::kCut:
      // Who hears nothing goes on for long (RFC 9293, 3.8.3: at least 100 s), and must not find the connection open.
      return flow.answers[0] == Answer::kSilence || flow.answers[1] == Answer::kSilence ? 900 : 20;
    case Phase::kOpen:
      break;
  }
  if (transport_of(flow.key) != Transport::kTcp) return 60;
  const bool answered =
      flow.lanes[0].has_arrived && flow.lanes[1].has_arrived;  // else a SYN alone, as a scan leaves them
  if (flow.interest == Interest::kSniffing && !answered) return 60;
  return crowded ? 900 : UINT32_MAX;
}

// Where the table is full, the oldest of the connections that ended makes room, else the one that was idle longest.
Flow* insert(Pipeline& pipeline, const FlowKey& key, std::uint64_t hash) {
  constexpr std::uint32_t kIdle = 2;  // seconds: who was heard of since then may not go
  const std::uint32_t second = pipeline.second;
  if (Flow* const flow = pipeline.flows.insert(key, hash, second)) return flow;
  Flow* const victim = pipeline.flows.victim(second < kIdle ? 0 : second - kIdle);
  if (victim == nullptr) {
    pipeline.counters.count(UnshapedReason::kTableFull);
    return nullptr;
  }
  pipeline.counters.evicted.add(1);
  erase(pipeline, *victim);
  return pipeline.flows.insert(key, hash, second);
}

}  // namespace

Flow* find_or_open_any(Pipeline& pipeline, const FlowTable::Probe& probe, const TcpSegment& segment, Side from,
                       Instant now) {
  // Another connection of the burst may have taken the place of one that was found.
  const bool found = probe.found != nullptr && probe.found->key == probe.key;
  Flow* flow = found ? probe.found : pipeline.flows.find_one(probe.key, probe.hash);
  if (flow == nullptr) {
    if (segment.payload_length == 0 && !segment.has(tcp_flag::kSyn)) return nullptr;
    flow = insert(pipeline, probe.key, probe.hash);
    if (flow == nullptr) return nullptr;
    begin(pipeline, *flow, segment, from, now);
  } else if (begins_anew(*flow, segment, from)) {
    discard_held(pipeline, *flow, DropReason::kPortReused, now);
    forget(pipeline, *flow);
    begin(pipeline, *flow, segment, from, now);
  }
  flow->last_seen = pipeline.second;
  return flow;
}

Flow* find_or_open_other(Pipeline& pipeline, const FlowKey& key, const OtherFacts& facts, Side from, Instant now) {
  const std::uint64_t hash = hash_of(key);
  Flow* flow = pipeline.flows.find_one(key, hash);
  if (flow == nullptr) {
    flow = insert(pipeline, key, hash);
    if (flow == nullptr) return nullptr;
    flow->client = facts.kind == traffic::kRest ? Side::kA : from;
    flow->opened_at = now;
    if (identify(pipeline, *flow)) select_other(pipeline, *flow, facts);
  }
  flow->last_seen = pipeline.second;
  return flow;
}

void expire_idle(Pipeline& pipeline, std::uint32_t slot) {
  Flow* flow = pipeline.flows.at(slot);
  if (flow == nullptr) return;
  FlowTable& flows = pipeline.flows;
  flows.refresh(*flow);
  if (!flow->quiet()) return;
  const bool crowded = flows.size() > flows.capacity() / 4 * 3;
  if (pipeline.second - flow->last_seen > seconds_to_keep(*flow, crowded)) erase(pipeline, *flow);
}

void erase(Pipeline& pipeline, Flow& flow) {
  forget_cut(pipeline, flow);
  flow.exchange_tracker.give_up_facts(pipeline.facts);
  forget_pieces(flow, pipeline.pieces);
  pipeline.flows.erase(&flow);
}

ConnectionTriple triple_of(const Flow& flow) {
  const FlowKey& key = flow.key;
  if (flow.client == Side::kA) return {key.address_a, key.address_b, key.port_b};
  return {key.address_b, key.address_a, key.port_a};
}

}  // namespace weir
