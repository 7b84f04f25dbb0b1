#include "engine/other_traffic.h"

#include "engine/open.h"
#include "engine/outage.h"
#include "engine/pass.h"
#include "engine/selection.h"
#include "engine/single_packets.h"
#include "wire/quic_header.h"
#include "wire/udp_datagram.h"

namespace weir {
namespace {

struct Other {
  OtherFacts facts;
  FlowKey key;
};

Other look_at(const Frame& frame, Side from, std::uint8_t link) {
  Other other;
  UdpDatagram datagram;
  if (!parse_udp(frame.span(), datagram)) {
    other.key = make_rest_key(link);
    return other;
  }
  TcpSegment& facts = other.facts.segment;
  facts.source = datagram.source;
  facts.destination = datagram.destination;
  facts.source_port = datagram.source_port;
  facts.destination_port = datagram.destination_port;
  facts.vlan = datagram.vlan;
  facts.l3_offset = datagram.l3_offset;
  facts.l4_offset = datagram.l4_offset;
  facts.payload_offset = datagram.payload_offset;
  facts.payload_length = datagram.payload_length;
  facts.dscp = datagram.dscp;
  facts.is_v6 = datagram.is_v6;
  other.key = make_udp_key(facts, from, link);
  QuicInitial initial;
  const bool is_quic = parse_quic_initial(frame.span().subspan(facts.payload_offset, facts.payload_length), initial);
  other.facts.kind = is_quic ? traffic::kQuic : traffic::kOtherUdp;
  if (is_quic) other.facts.quic_id = initial.destination_id;
  return other;
}

void pass_untouched(Pipeline& pipeline, std::uint8_t link, const Frame& frame, Side from) {
  pipeline.towards(link, other(from)).add(*frame.packet, frame.length);
}

}  // namespace

void shape_other(Pipeline& pipeline, std::uint8_t link, const Frame& frame, Side from, Instant now) {
  if ((pipeline.traffic_so_far & (traffic::kUdp | traffic::kRest)) == 0) {
    return pass_untouched(pipeline, link, frame, from);
  }
  const Other other = look_at(frame, from, link);
  Flow* const flow = find_or_open_other(pipeline, other.key, other.facts, from, now);
  if (flow == nullptr) return pass_untouched(pipeline, link, frame, from);
  if (flow->selection != pipeline.scene->selection->number) choose_anew(pipeline, *flow, now);
  const TcpSegment& segment = other.facts.segment;
  Passage passage{frame, segment, from, Tracked{Arrival::kFresh, 0, segment.payload_length}, now, now};
  // One that no rule takes now may still hold what waits from before: its lane keeps the order.
  if (flow->interest != Interest::kSelected) {
    return flow->lane(from).empty() ? pass_untouched(pipeline, link, frame, from) : pass(pipeline, *flow, passage);
  }
  const std::uint8_t duties = pipeline.duties.of(flow->rule);
  if ((duties & duty::kJitter) != 0 && !draw_outage(pipeline, *flow, passage, {})) return;
  if ((duties & duty::kPackets) != 0) {
    return pass_by_packet_rules(pipeline, *flow, passage, *pipeline.impairments(flow->rule));
  }
  pass(pipeline, *flow, passage);
}

}  // namespace weir
