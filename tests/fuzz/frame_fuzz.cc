// Frames: whatever they hold, facts lie inside them, a frame is one thing only, and a RST built on a segment is a
// segment. Input: the frame.
#include <array>

#include "fuzz/fuzz_input.h"
#include "wire/quic_header.h"
#include "wire/tcp_builder.h"
#include "wire/tcp_segment.h"
#include "wire/udp_datagram.h"

namespace weir::test {
namespace {

void build_on(std::span<const std::byte> frame, const TcpSegment& facts) {
  for (const Heading heading : {Heading::kBack, Heading::kSameWay}) {
    std::array<std::byte, kLargestBuiltFrame> built;
    const ControlSegment control{.sequence = 1, .acknowledgment = 2, .flags = tcp_flag::kRst | tcp_flag::kAck};
    const std::size_t length = build_control(frame, facts, heading, control, built);
    TcpSegment rst;
    require(parse_frame(std::span(built).first(length), rst) == FrameKind::kTcp, "a RST is a segment");
    require(rst.flags == (tcp_flag::kRst | tcp_flag::kAck) && rst.vlan == facts.vlan, "a RST is a RST on its VLAN");
    require((rst.source == facts.source) == (heading == Heading::kSameWay || facts.source == facts.destination),
            "a RST comes from the right end");
  }
}

void read_datagram(std::span<const std::byte> frame) {
  UdpDatagram datagram;
  if (!parse_udp(frame, datagram)) return;
  require(std::size_t{datagram.payload_offset} + datagram.payload_length <= frame.size(), "payload lies in the frame");
  QuicInitial initial;
  const std::span<const std::byte> payload = frame.subspan(datagram.payload_offset, datagram.payload_length);
  if (!parse_quic_initial(payload, initial)) return;
  require(initial.destination_id.size() <= 20 && initial.source_id.size() <= 20, "connection IDs are short");
  require(initial.source_id.data() + initial.source_id.size() < payload.data() + payload.size(), "IDs lie inside");
}

}  // namespace
}  // namespace weir::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  using namespace weir::test;
  Input input(data, size);
  const std::span<const std::byte> bytes = input.all();
  const std::vector<std::byte> frame(bytes.begin(), bytes.end());
  TcpSegment segment;
  const bool is_tcp = parse_frame(frame, segment) == FrameKind::kTcp;
  if (is_tcp) {
    require(std::size_t{segment.payload_offset} + segment.payload_length <= frame.size(), "payload lies in the frame");
    build_on(frame, segment);
  }
  UdpDatagram datagram;
  require(!is_tcp || !parse_udp(frame, datagram), "a frame is one thing only");
  read_datagram(frame);
  QuicInitial initial;
  static_cast<void>(parse_quic_initial(frame, initial));
  return 0;
}
