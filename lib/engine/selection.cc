#include "engine/selection.h"

#include <algorithm>

#include "engine/open.h"
#include "engine/reset.h"
#include "flow/tcp_tracker.h"

namespace weir {
namespace {

std::uint8_t traffic_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::kHttp1:
      return traffic::kHttp1;
    case Protocol::kHttp2:
      return traffic::kHttp2;
    case Protocol::kTls:
      return traffic::kTls;
    case Protocol::kUnknown:
    case Protocol::kOther:
      break;
  }
  return traffic::kOtherTcp;
}

// The rules of a set that hold whatever protocol a TCP connection will turn out to speak.
RuleSet whatever_is_spoken(const Selector& selector, RuleSet set) {
  for (const std::uint8_t kind : {traffic::kHttp1, traffic::kHttp2, traffic::kTls, traffic::kOtherTcp}) {
    set &= selector.narrow_to_traffic(set, kind);
  }
  return selector.without_exchanges(selector.without_hello(set));
}

// Of an exchange of which nothing can be read but its place.
std::uint8_t rule_of_unread(const Pipeline& pipeline, const Flow& flow, std::uint32_t n) {
  if (flow.awaits_hello) return kNoRule;
  ExchangeFacts facts;
  facts.n = n;
  return pipeline.selector().choose(pipeline.selector().without_requests(flow.candidates), facts);
}

bool is_by_request(const Pipeline& pipeline, std::uint8_t rule) {
  return rule != kNoRule && rule != kDefaultRule && pipeline.selector().asks_bytes(RuleSet{1} << (rule - 1U));
}

// Some rule takes it. One that does nothing leaves it alone, from its first byte to its last: nothing of it is read.
void select(Pipeline& pipeline, Flow& flow, Instant now) {
  if (flow.interest == Interest::kSelected) return;
  const bool is_idle = flow.settled && pipeline.duties.of(flow.rule) == 0 && pipeline.listener == nullptr &&
                       flow.cut_pending == CutPending::kNo;
  flow.interest = is_idle ? Interest::kIgnored : Interest::kSelected;
  if (flow.opened) return;
  flow.opened = true;
  pipeline.counters.connections.add(1);
  pipeline.recorder.note(flow, Event::kOpen, now, 0, 0);
  pipeline.scene->tell(SceneClock::Event::kConnection, now);
}

// All that can be known before the first request is known.
void settle(Pipeline& pipeline, Flow& flow, Instant now) {
  if (flow.candidates == 0) {
    flow.interest = Interest::kIgnored;
    flow.settled = false;
    return;
  }
  flow.settled = !flow.awaits_hello && pipeline.selector().settled(flow.candidates);
  flow.rule = flow.settled ? Selector::first_of(flow.candidates) : kNoRule;
  select(pipeline, flow, now);
}

// What it began with points into the flow.
ConnectionFacts facts_of(const Flow& flow) {
  const ConnectionTriple triple = triple_of(flow);
  const bool client_is_a = flow.client == Side::kA;
  ConnectionFacts facts{
      .client = triple.client,
      .server = triple.server,
      .client_port = client_is_a ? flow.key.port_a : flow.key.port_b,
      .server_port = triple.server_port,
      .vlan = flow.vlan,
      .dscp = flow.dscp,
      .link = link_of(flow.key),
      .k = flow.k,
      .draw_key = flow.draw_key,
  };
  if (flow.kind == traffic::kQuic) facts.quic_id = std::span(flow.quic_id).first(flow.quic_id_length);
  return facts;
}

void remember(Flow& flow, const TcpSegment& first) {
  const std::uint32_t outer = first.vlan >> 16U;  // 0: no tag, else the id and 1
  flow.vlan = static_cast<std::uint16_t>(outer == 0 ? 0 : outer - 1);
  flow.dscp = first.dscp;
}

// Its protocol is not known: all rules are asked by what its first frame showed.
void ask_first(Pipeline& pipeline, Flow& flow, Instant now) {
  const ConnectionFacts facts = facts_of(flow);
  if (pipeline.listener != nullptr) pipeline.listener->on_connection(flow, facts, 0, now);
  flow.candidates = pipeline.selector().candidates(facts);
  flow.wants_facts = pipeline.selector().asks_bytes(flow.candidates);
  const RuleSet first = flow.candidates & (~flow.candidates + 1);
  if ((first & whatever_is_spoken(pipeline.selector(), flow.candidates)) == 0) return;
  flow.rule = Selector::first_of(first);
  flow.settled = true;
  select(pipeline, flow, now);
}

// A flow that is no TCP: all that can be known of it is known with its first frame, and remembered.
void ask_other(const Pipeline& pipeline, Flow& flow) {
  const Selector& selector = pipeline.selector();
  const ConnectionFacts facts = facts_of(flow);
  if (pipeline.listener != nullptr) pipeline.listener->on_connection(flow, facts, flow.kind, flow.opened_at);
  const RuleSet set = selector.narrow_to_traffic(selector.candidates(facts), flow.kind);
  flow.rule = Selector::first_of(selector.without_exchanges(selector.without_hello(set)));
  flow.settled = true;
  flow.interest = flow.rule == kNoRule ? Interest::kIgnored : Interest::kSelected;
}

// What went by since the flow was left alone has not been looked at.
void catch_up(Pipeline& pipeline, Flow& flow) {
  flow.exchange_tracker.lose_client_sync();
  flow.exchange_tracker.lose_server_sync();
  forget_numbers(flow);
  forget_pieces(flow, pipeline.pieces);
}

std::uint8_t renamed(const RuleNumbers* names, std::uint8_t rule) {
  return names == nullptr ? kNoRule : (*names)[rule];
}

RuleSet set_of(std::uint8_t rule) {
  if (rule == kNoRule) return 0;
  return rule == kDefaultRule ? kOnlyDefault : RuleSet{1} << (rule - 1U);
}

// The rules that are left for a connection whose protocol is known, by what can still be known of it.
// @param rule the one it is under. @param reads its requests have been read for rules all along.
RuleSet rules_left(const Pipeline& pipeline, const Flow& flow, std::uint8_t rule, bool reads) {
  const Selector& selector = pipeline.selector();
  const Protocol protocol = flow.exchange_tracker.protocol();
  RuleSet set = selector.narrow_to_traffic(selector.candidates(facts_of(flow)), traffic_of(protocol));
  if (!flow.awaits_hello) {
    const RuleSet heard = protocol == Protocol::kTls ? set & set_of(rule) : 0;  // its hello agreed with that one
    set = selector.without_hello(set) | heard;
  }
  return reads && protocol == Protocol::kHttp1 ? set : selector.without_requests(set);
}

void ask_known(Pipeline& pipeline, Flow& flow, std::uint8_t rule, Instant now) {
  const bool reads = flow.interest == Interest::kSelected && flow.wants_facts && !flow.settled;
  const RuleSet set = rules_left(pipeline, flow, rule, reads);
  if (flow.interest == Interest::kIgnored && set != 0 && flow.exchange_tracker.protocol() == Protocol::kOther) {
    flow.exchange_tracker.count_turns();
  }
  flow.candidates = set;
  flow.awaits_hello = flow.awaits_hello && pipeline.selector().wants_hello(set);
  flow.interest = Interest::kSniffing;
  settle(pipeline, flow, now);
  if (flow.settled) return;
  flow.rule = flow.interest == Interest::kSelected && (set & set_of(rule)) != 0 ? rule : kNoRule;
}

}  // namespace

void begin_selection(Pipeline& pipeline, Flow& flow, const TcpSegment& segment, Instant now) {
  remember(flow, segment);
  ask_first(pipeline, flow, now);
}

void select_other(const Pipeline& pipeline, Flow& flow, const OtherFacts& facts) {
  remember(flow, facts.segment);
  flow.kind = facts.kind;
  if (facts.quic_id) {
    flow.quic_id_length = static_cast<std::uint8_t>(facts.quic_id->size());
    std::ranges::copy(*facts.quic_id, flow.quic_id.begin());
  }
  ask_other(pipeline, flow);
}

void choose_anew(Pipeline& pipeline, Flow& flow, Instant now) {
  const Selection& selection = *pipeline.scene->selection;
  const RuleNumbers* const names = selection.renamed_since(flow.selection);
  flow.selection = selection.number;
  if (!flow.counted) return;
  const std::uint8_t rule = renamed(names, flow.rule);
  if (transport_of(flow.key) != Transport::kTcp) return ask_other(pipeline, flow);
  for (std::uint8_t& ahead : flow.rules_ahead) ahead = renamed(names, ahead);
  if (flow.interest == Interest::kIgnored) catch_up(pipeline, flow);
  if (flow.knows_protocol) {
    ask_known(pipeline, flow, rule, now);
  } else {
    flow.interest = Interest::kSniffing;
    flow.settled = false;
    flow.rule = kNoRule;
    ask_first(pipeline, flow, now);
  }
  if (flow.interest == Interest::kIgnored) forget_cut(pipeline, flow);
}

void settle_protocol(Pipeline& pipeline, Flow& flow, Instant now) {
  const Protocol protocol = flow.exchange_tracker.protocol();
  if (flow.knows_protocol || protocol == Protocol::kUnknown) return;
  flow.knows_protocol = true;
  if (pipeline.listener != nullptr) pipeline.listener->on_protocol(flow, traffic_of(protocol));
  const Selector& selector = pipeline.selector();
  RuleSet set = selector.narrow_to_traffic(flow.candidates, traffic_of(protocol));
  if (protocol != Protocol::kTls) set = selector.without_hello(set);
  if (protocol != Protocol::kHttp1) set = selector.without_requests(set);
  flow.candidates = set;
  flow.awaits_hello = protocol == Protocol::kTls && selector.wants_hello(set);
  if (protocol == Protocol::kOther && set != 0) flow.exchange_tracker.count_turns();
  settle(pipeline, flow, now);
}

void RequestRules::on_request(const RequestFacts& facts) {
  settle_protocol(pipeline_, flow_, now_);
  ++heads_;
  if (pipeline_.listener != nullptr) pipeline_.listener->on_request(flow_, facts, now_);
  if (!flow_.wants_facts || flow_.settled || flow_.interest != Interest::kSelected) return;
  const std::uint32_t n = flow_.exchanges + flow_.rules_ahead_count;
  const std::uint8_t rule = pipeline_.selector().choose(
      flow_.candidates, {.method = facts.method, .path = facts.path, .host = facts.host, .n = n});
  if (flow_.rules_ahead_count == kMostRulesAhead) return;  // its response is taken by what the number alone tells
  const std::size_t place = (flow_.rules_ahead_first + flow_.rules_ahead_count) % kMostRulesAhead;
  flow_.rules_ahead[place] = rule;
  ++flow_.rules_ahead_count;
}

void RequestRules::on_hello(const HelloFacts& facts) {
  settle_protocol(pipeline_, flow_, now_);
  if (pipeline_.listener != nullptr) pipeline_.listener->on_hello(flow_, facts);
  if (!flow_.awaits_hello) return;
  flow_.awaits_hello = false;
  flow_.candidates = pipeline_.selector().narrow_to_hello(flow_.candidates, facts.server_name, facts.alpns);
  settle(pipeline_, flow_, now_);
}

void take_rule_of_next_response(const Pipeline& pipeline, Flow& flow, std::uint32_t n) {
  if (flow.settled) return;
  if (!flow.exchange_tracker.reads_messages()) flow.rules_ahead_count = 0;  // they belong to nothing for certain
  if (flow.rules_ahead_count == 0) {
    // A WebSocket stays under the rule that its upgrade came under, a connection that lost a segment under its last.
    if (!is_by_request(pipeline, flow.rule)) flow.rule = rule_of_unread(pipeline, flow, n);
    return;
  }
  flow.rule = flow.rules_ahead[flow.rules_ahead_first];
  flow.rules_ahead_first = static_cast<std::uint8_t>((flow.rules_ahead_first + 1U) % kMostRulesAhead);
  --flow.rules_ahead_count;
}

std::uint8_t rule_of_request(const Pipeline& pipeline, const Flow& flow, std::uint32_t n) {
  if (flow.settled) return flow.rule;
  const std::uint32_t ahead = n - flow.exchanges;
  if (ahead < flow.rules_ahead_count) return flow.rules_ahead[(flow.rules_ahead_first + ahead) % kMostRulesAhead];
  return rule_of_unread(pipeline, flow, n);
}

}  // namespace weir
