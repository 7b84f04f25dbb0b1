// A bench in a network namespace of this process alone, gone with it: client c0 = wa | weir | wb = s0 server.
// Raw sockets stand for client and server. Needs root; a test skips itself without.
#pragma once

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "dpdk/capabilities.h"
#include "frames.h"

namespace weir {

/// Moves this process into a namespace of its own and builds the bench; the reason when it can't.
inline std::string build_veth_bench(unsigned mtu) {
  const auto missing = missing_capabilities(Privilege::kRawFrames | Privilege::kXdp);
  if (!missing.empty()) return "lacks " + missing.front();
  if (unshare(CLONE_NEWNET) != 0) return "may not make a network namespace";
  const std::string size = " mtu " + std::to_string(mtu);
  for (const auto& [end, ours] : {std::pair{"c0", "wa"}, std::pair{"s0", "wb"}}) {
    std::string command = "ip link add ";
    command.append(end).append(size).append(" type veth peer name ").append(ours).append(size);
    if (std::system(command.c_str()) != 0) return "has no veth interfaces";
  }
  for (const std::string& name : {std::string("c0"), std::string("s0"), std::string("wa"), std::string("wb")}) {
    const std::string quiet = "echo 1 > /proc/sys/net/ipv6/conf/" + name + "/disable_ipv6; ";
    const std::string up = "ip link set " + name + " up";
    const std::string offloads = "; ethtool -K " + name + " tx off gso off tso off gro off > /dev/null";
    const bool is_end = name == "c0" || name == "s0";
    if (std::system((is_end ? quiet + up + offloads : quiet).c_str()) != 0) return "can't prepare " + name;
  }
  return {};
}

/// An end of the bench: whole frames in and out, VLAN tags where they were on the wire.
class RawEnd {
 public:
  explicit RawEnd(const char* interface) : socket_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL))) {
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETH_P_ALL);
    place.sll_ifindex = static_cast<int>(if_nametoindex(interface));
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
    const int on = 1;
    EXPECT_EQ(setsockopt(socket_, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on), 0);
    EXPECT_EQ(setsockopt(socket_, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on), 0);
  }
  RawEnd(const RawEnd&) = delete;
  RawEnd& operator=(const RawEnd&) = delete;
  ~RawEnd() { close(socket_); }

  void send(const Bytes& frame) const {
    EXPECT_EQ(::send(socket_, frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
  }

  /// The next frame; empty when there is none yet.
  Bytes receive() const {
    Bytes frame(65536);
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec place{frame.data(), frame.size()};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t length = recvmsg(socket_, &message, MSG_DONTWAIT);
    if (length < 0) return {};
    frame.resize(static_cast<std::size_t>(length));
    tpacket_auxdata told{};
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    if (header != nullptr) std::memcpy(&told, CMSG_DATA(header), sizeof told);
    if ((told.tp_status & TP_STATUS_VLAN_VALID) != 0) {
      const auto high = [](unsigned word) { return static_cast<std::uint8_t>(word >> 8U); };
      const auto low = [](unsigned word) { return static_cast<std::uint8_t>(word & 0xffU); };
      const Bytes tag{high(told.tp_vlan_tpid), low(told.tp_vlan_tpid), high(told.tp_vlan_tci), low(told.tp_vlan_tci)};
      frame.insert(frame.begin() + 12, tag.begin(), tag.end());
    }
    return frame;
  }

 private:
  int socket_;
};

/// Sends a frame in at one end, forwards through the ports until it comes out at the other; empty when it doesn't
/// within as many turns as take some seconds.
inline Bytes through(const RawEnd& from, Port& in, Port& out, const RawEnd& to, const Bytes& frame) {
  constexpr int kTurns = 3'000;
  from.send(frame);
  for (int turn = 0; turn < kTurns; ++turn) {
    std::array<Frame, 8> frames;
    const std::size_t count = in.receive(frames);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(out.send(std::array{frames[i].packet}), 1U);
    if (count == 0) static_cast<void>(out.send({}));
    const Bytes arrived = to.receive();
    if (!arrived.empty()) return arrived;
    poll(nullptr, 0, 1);
  }
  return {};
}

/// Frames of every kind that a wire must not change, both ways.
inline void expect_unchanged(Port& a, Port& b, std::size_t longest_payload, bool service_tag_alone) {
  const RawEnd client("c0");
  const RawEnd server("s0");
  const Bytes vlan{0x81, 0x00, 0x60, 0x05, 0x88, 0xb5};
  const Bytes priority{0x81, 0x00, 0xe0, 0x00, 0x88, 0xb5};
  const Bytes both{0x88, 0xa8, 0x00, 0x07, 0x81, 0x00, 0x00, 0x09, 0x88, 0xb5};
  std::vector<Bytes> frames{pattern_frame({0x08, 0x00}, 54),
                            pattern_frame({0x88, 0xb5}, 20),
                            pattern_frame({0x88, 0xb5}, 14 + longest_payload),
                            pattern_frame(vlan, 54),
                            pattern_frame(vlan, 18 + longest_payload),
                            pattern_frame(priority, 60),
                            pattern_frame(both, 100)};
  if (service_tag_alone) frames.push_back(pattern_frame({0x88, 0xa8, 0x00, 0x07, 0x88, 0xb5}, 60));
  for (const Bytes& frame : frames) {
    EXPECT_EQ(through(client, a, b, server, frame), frame);
    EXPECT_EQ(through(server, b, a, client, frame), frame);
  }
}

/// Frames that were copied into small buffers come out of a port as those of large ones do.
inline void expect_small_leave(PacketSource& source, Port& out, const RawEnd& to) {
  constexpr int kTurns = 3'000;
  for (const std::uint32_t length : {20U, 60U, 66U, source.small_room()}) {
    const Bytes bytes = pattern_frame({0x88, 0xb5}, length);
    const Frame frame = source.allocate(length);
    ASSERT_NE(frame.packet, nullptr);
    std::memcpy(frame.bytes, bytes.data(), length);
    frame.packet->bytes = frame.bytes;
    frame.packet->length = length;
    Packet* const small = source.shrink(*frame.packet);
    ASSERT_NE(small, nullptr);
    ASSERT_EQ(out.send(std::array{small}), 1U);
    Bytes arrived = to.receive();
    for (int turn = 0; turn < kTurns && arrived.empty(); ++turn) {
      poll(nullptr, 0, 1);
      static_cast<void>(out.send({}));
      arrived = to.receive();
    }
    EXPECT_EQ(arrived, bytes);
  }
}

}  // namespace weir
