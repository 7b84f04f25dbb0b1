#include "made_traffic.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <string>
#include <string_view>

#include "wire/byte_order.h"
#include "wire/tcp_segment.h"

namespace weir::bench {
namespace {

constexpr std::size_t kHeaders = 14 + 20 + 20;
constexpr std::size_t kLeast = 60;  // a frame of 64 bytes without its check sequence
constexpr std::uint32_t kBytesOfBodyFrame = 6;
constexpr std::uint32_t kAcksBehind = 1'024;  // exchanges: responses that are held 1 ms have left by then

}  // namespace

SmallBuffers::SmallBuffers(std::size_t buffers) : memory_(buffers * sizeof(Buffer)) {
  auto* const first = reinterpret_cast<Buffer*>(memory_.span().data());
  free_.reserve(buffers);
  for (std::size_t i = buffers; i-- > 0;) free_.push_back(&(new (first + i) Buffer)->packet);
}

Frame SmallBuffers::allocate(std::uint32_t length) {
  if (free_.empty() || length > sizeof(Buffer::bytes)) return {};
  Packet* const packet = free_.back();
  free_.pop_back();
  return {packet, reinterpret_cast<Buffer*>(packet)->bytes.data(), length};
}

PacketBytes SmallBuffers::bytes_of(const Packet& packet) const {
  return {std::span(packet.bytes, packet.length), packet.length};
}

void SmallBuffers::free(std::span<Packet* const> packets) {
  free_.insert(free_.end(), packets.begin(), packets.end());
}

// A frame of one kind, whole but for who speaks and the numbers.
struct MadeTraffic::Template {
  std::array<std::byte, 128> bytes{};
  std::uint32_t length = 0;
  std::uint32_t payload = 0;

  Template(std::uint8_t flags, std::string_view text)
      : length(static_cast<std::uint32_t>(std::max(kLeast, kHeaders + text.size()))),
        payload(static_cast<std::uint32_t>(text.size())) {
    store_big_u16(&bytes[12], 0x0800);
    bytes[14] = std::byte{0x45};
    store_big_u16(&bytes[16], static_cast<std::uint16_t>(40 + text.size()));
    bytes[22] = std::byte{64};
    bytes[23] = std::byte{6};
    bytes[46] = std::byte{0x50};
    bytes[47] = std::byte{flags};
    store_big_u16(&bytes[48], 0xffff);
    std::memcpy(&bytes[kHeaders], text.data(), text.size());
  }
};

namespace {

std::string head_of_response(std::uint32_t frames) {
  if (frames == 1) return "HTTP/1.1 204 \r\n\r\n";
  return "HTTP/1.1 200 \r\nContent-Length: " + std::to_string((frames - 1) * kBytesOfBodyFrame) + "\r\n\r\n";
}

}  // namespace

// What differs from frame to frame.
struct MadeTraffic::Fields {
  std::uint32_t connection;
  Side from;
  std::uint32_t sequence;
  std::uint32_t acknowledgment;

  // A copy of the template with these fields, in a buffer. Clients are 10.0.0.0/8 by their number, the server is
  // 11.0.0.1, port 80. Checksums stay empty: nobody between the ends reads them.
  Frame write(const Template& kind, SmallBuffers& buffers) const {
    const Frame frame = buffers.allocate(kind.length);
    assert(frame.packet != nullptr);
    std::memcpy(frame.bytes, kind.bytes.data(), 96);
    const std::uint32_t client = 0x0a000000U | connection;
    store_big_u32(frame.bytes + 26, from == Side::kA ? client : 0x0b000001U);
    store_big_u32(frame.bytes + 30, from == Side::kA ? 0x0b000001U : client);
    store_big_u16(frame.bytes + 34, from == Side::kA ? 40'000 : 80);
    store_big_u16(frame.bytes + 36, from == Side::kA ? 80 : 40'000);
    store_big_u32(frame.bytes + 38, sequence);
    store_big_u32(frame.bytes + 42, acknowledgment);
    return frame;
  }
};

MadeTraffic::MadeTraffic(const TrafficShape& shape)
    : shape_(shape),
      exchanges_a_turn_(static_cast<std::uint32_t>(kBurst) / std::max(shape.response_frames, shape.acks + 1)),
      memory_(shape.connections * sizeof(Ends)),
      ends_(reinterpret_cast<Ends*>(memory_.span().data()), shape.connections) {
  assert(std::has_single_bit(shape.connections) && shape.connections > 2 * kAcksBehind);
  for (Ends& ends : ends_) ends = Ends{};
}

std::size_t MadeTraffic::frames_a_turn() const {
  return std::size_t{exchanges_a_turn_} * (1 + shape_.acks + shape_.response_frames);
}

// Neighbours in time are no neighbours in memory.
std::uint32_t MadeTraffic::connection(std::uint32_t turn) const {
  return turn * 2'654'435'769U & (shape_.connections - 1);
}

std::size_t MadeTraffic::make(Side at, std::span<Frame> into, SmallBuffers& buffers) {
  if (!is_open()) return make_handshakes(at, into, buffers);
  return at == Side::kA ? make_of_client(into, buffers) : make_of_server(into, buffers);
}

std::size_t MadeTraffic::make_handshakes(Side at, std::span<Frame> into, SmallBuffers& buffers) {
  static const Template kSynOfClient(tcp_flag::kSyn, "");
  static const Template kSynOfServer(tcp_flag::kSyn | tcp_flag::kAck, "");
  std::uint32_t& opened = opened_[index_of(at)];
  const Template& kind = at == Side::kA ? kSynOfClient : kSynOfServer;
  std::size_t count = 0;
  for (; count < into.size() && opened < shape_.connections; ++count, ++opened) {
    const bool from_client = at == Side::kA;
    into[count] = Fields{opened, at, from_client ? 999U : 499'999U, from_client ? 0 : 1'000U}.write(kind, buffers);
  }
  return count;
}

std::size_t MadeTraffic::make_of_client(std::span<Frame> into, SmallBuffers& buffers) {
  static const Template kRequest(tcp_flag::kAck, "GET / HTTP/1.1\r\n\r\n");
  static const Template kBareAck(tcp_flag::kAck, "");
  std::size_t count = 0;
  std::uint32_t& begun = begun_[0];
  for (std::uint32_t exchange = 0; exchange < exchanges_a_turn_; ++exchange, ++begun) {
    const std::uint32_t speaker = connection(begun);
    Ends& ends = ends_[speaker];
    into[count++] = Fields{speaker, Side::kA, ends.client_next, ends.server_next}.write(kRequest, buffers);
    ends.client_next += kRequest.payload;
    const std::uint32_t listener = connection(begun - kAcksBehind);
    Ends& heard = ends_[listener];
    const std::uint32_t step = shape_.acks == 0 ? 0 : (heard.server_next - heard.acknowledged) / shape_.acks;
    for (std::uint32_t ack = 0; ack < shape_.acks; ++ack) {
      heard.acknowledged = ack + 1 == shape_.acks ? heard.server_next : heard.acknowledged + step;
      into[count++] = Fields{listener, Side::kA, heard.client_next, heard.acknowledged}.write(kBareAck, buffers);
    }
  }
  return count;
}

std::size_t MadeTraffic::make_of_server(std::span<Frame> into, SmallBuffers& buffers) {
  static const Template kBody(tcp_flag::kAck, "body..");
  static const Template kHead(tcp_flag::kAck, head_of_response(shape_.response_frames));
  std::size_t count = 0;
  std::uint32_t& begun = begun_[1];
  for (std::uint32_t exchange = 0; exchange < exchanges_a_turn_; ++exchange, ++begun) {
    const std::uint32_t speaker = connection(begun);
    Ends& ends = ends_[speaker];
    for (std::uint32_t frame = 0; frame < shape_.response_frames; ++frame) {
      const Template& kind = frame == 0 ? kHead : kBody;
      into[count++] = Fields{speaker, Side::kB, ends.server_next, ends.client_next}.write(kind, buffers);
      ends.server_next += kind.payload;
    }
  }
  return count;
}

}  // namespace weir::bench
