// How long a frame takes to a forwarder and back: one at a time from the first of two memif ports to the second, and
// one back from there. Prints {"round_trips": ..., "lost": ..., "p50_ns": ..., "p90_ns": ...}.
//   bench_round_trip SOCKET SECONDS EAL-ARGUMENT...      the forwarder serves memif 0 and 1 of that abstract socket
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "accuracy/row.h"
#include "dpdk/eal.h"
#include "dpdk/ethdev.h"
#include "dpdk/packet_pool.h"
#include "support/frames.h"

namespace weir::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBuffers = 8'192;
constexpr auto kPatience = std::chrono::milliseconds(100);  // what takes longer is lost
constexpr std::int64_t kFirst = 1'000;                      // round trips that warm caches, and don't count

struct Measured {
  std::vector<std::int64_t> nanoseconds;
  std::uint64_t lost = 0;
};

// A segment of a connection that was joined midway, 64 bytes on the wire.
test::Bytes segment(bool from_client) {
  test::FrameBuilder builder;
  if (from_client)
    return builder.v4("10.9.0.1", "10.8.0.1").tcp(20000, 80).seq(1).ack(1).flags(0x18).payload("xxxxxx").build();
  return builder.v4("10.8.0.1", "10.9.0.1").tcp(80, 20000).seq(1).ack(7).flags(0x18).payload("xxxxxx").build();
}

void send(Port& port, PacketSource& source, const test::Bytes& bytes) {
  const Frame frame = source.allocate(static_cast<std::uint32_t>(bytes.size()));
  if (frame.packet == nullptr) return;
  std::memcpy(frame.bytes, bytes.data(), bytes.size());
  Packet* const packet = frame.packet;
  if (port.send({&packet, 1}) == 0) source.free({&packet, 1});
}

// Whether a frame has come.
bool take(Port& port, PacketSource& source) {
  std::array<Frame, 32> frames;
  const std::size_t count = port.receive(frames);
  for (std::size_t i = 0; i < count; ++i) source.free({&frames[i].packet, 1});
  return count > 0;
}

bool crosses(Port& from, Port& to, PacketSource& source, const test::Bytes& bytes) {
  send(from, source, bytes);
  const auto patience_ends = Clock::now() + kPatience;
  while (!take(to, source)) {
    if (Clock::now() > patience_ends) return false;
  }
  return true;
}

Measured measure(Port& clients, Port& servers, PacketSource& source, std::chrono::duration<double> how_long) {
  const test::Bytes request = segment(true);
  const test::Bytes response = segment(false);
  Measured measured;
  const auto ends = Clock::now() + how_long;
  for (std::int64_t number = -kFirst; Clock::now() < ends; ++number) {
    const auto began = Clock::now();
    const bool both = crosses(clients, servers, source, request) && crosses(servers, clients, source, response);
    if (!both && number >= 0) ++measured.lost;
    if (both && number >= 0) measured.nanoseconds.push_back((Clock::now() - began) / std::chrono::nanoseconds(1));
  }
  return measured;
}

Measured run(const std::string& socket, double seconds, const std::vector<std::string>& eal_arguments) {
  EalPlan plan;
  plan.memory_mib = PacketPool::memory_mib(kBuffers, 1'500) + 64;
  plan.user_arguments = eal_arguments;
  for (const char* const number : {"0", "1"}) {
    plan.vdevs.push_back(std::string("net_memif") + number + ",role=client,id=" + number + ",socket=" + socket +
                         ",rsize=11");
  }
  const Eal eal(plan);
  PacketPool pool(kBuffers, 1'500);
  Ethdev clients("net_memif0", pool, 1);
  Ethdev servers("net_memif1", pool, 1);
  return measure(clients.port(0), servers.port(0), *pool.source(), std::chrono::duration<double>(seconds));
}

}  // namespace
}  // namespace weir::bench

int main(int count, char** words) try {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.size() < 2) {
    std::fprintf(stderr, "usage: bench_round_trip SOCKET SECONDS EAL-ARGUMENT...\n");
    return 2;
  }
  weir::bench::Measured measured =
      weir::bench::run(arguments[0], std::stod(arguments[1]), {arguments.begin() + 2, arguments.end()});
  const auto percentile = [&](double share) {
    return static_cast<long long>(weir::bench::percentile(measured.nanoseconds, share));
  };
  std::printf("{\"round_trips\": %zu, \"lost\": %llu, \"p50_ns\": %lld, \"p90_ns\": %lld}\n",
              measured.nanoseconds.size(), static_cast<unsigned long long>(measured.lost), percentile(0.5),
              percentile(0.9));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_round_trip: %s\n", error.what());
  return 1;
}
