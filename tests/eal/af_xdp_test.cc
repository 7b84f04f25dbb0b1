// AF_XDP over veth, where the far ends write their VLAN tags into the frame: frames pass unchanged, a service tag alone
// too.
#include "dpdk/eal.h"
#include "dpdk/ethdev.h"
#include "dpdk/interface_settings.h"
#include "dpdk/packet_pool.h"
#include "veth_bench.h"

namespace weir {
namespace {

// Sends a buffer a frame of its own, and counts what comes out at the far end.
std::size_t send_all(std::span<const Frame> frames, Port& out, const RawEnd& to) {
  constexpr std::size_t kAtOnce = 32;
  constexpr int kTurns = 3'000;
  const Bytes pattern = pattern_frame({0x88, 0xb5}, 60);
  std::size_t arrived = 0;
  for (std::size_t first = 0; first < frames.size(); first += kAtOnce) {
    std::vector<Packet*> packets;
    for (const Frame& frame : frames.subspan(first, std::min(kAtOnce, frames.size() - first))) {
      std::memcpy(frame.bytes, pattern.data(), pattern.size());
      packets.push_back(frame.packet);
    }
    EXPECT_EQ(out.send(packets), packets.size());
    const std::size_t expected = first + packets.size();
    for (int turn = 0; turn < kTurns && arrived < expected; ++turn) {
      while (!to.receive().empty()) ++arrived;
      if (arrived < expected) poll(nullptr, 0, 1);
    }
    if (arrived < expected) break;
  }
  return arrived;
}

class AfXdp : public testing::Test {
 protected:
  // One a process: the EAL starts once.
  static void SetUpTestSuite() {
    lacking_ = build_veth_bench(1500);
    if (!lacking_.empty()) return;
    EalPlan plan;
    plan.memory_mib = 192;
    plan.user_arguments = {"--vdev=net_af_xdp0,iface=wa", "--vdev=net_af_xdp1,iface=wb"};
    eal_ = std::make_unique<Eal>(plan);
  }
  static void TearDownTestSuite() { eal_.reset(); }
  void SetUp() override {
    if (!lacking_.empty()) GTEST_SKIP() << "this process " << lacking_;
  }

  static inline std::string lacking_;
  static inline std::unique_ptr<Eal> eal_;
};

TEST_F(AfXdp, CarriesEveryFrameUnchangedInEveryBuffer) {
  const InterfaceSettings settings_a(look_at_interface("wa"));
  const InterfaceSettings settings_b(look_at_interface("wb"));
  PacketPool pool(32768, 1500, BufferLayout::kOneAPage, 64);
  Ethdev a("net_af_xdp0", pool, 1);
  Ethdev b("net_af_xdp1", pool, 1);
  expect_unchanged(a.port(0), b.port(0), 1500, true);
  expect_small_leave(*pool.source(), b.port(0), RawEnd("s0"));

  // The kernel knows the pool as one area: buffers that lie behind its end would never leave.
  const std::unique_ptr<PacketSource> source = pool.source();
  std::vector<Frame> frames;
  for (Frame frame = source->allocate(60); frame.packet != nullptr; frame = source->allocate(60))
    frames.push_back(frame);
  ASSERT_GT(frames.size(), 32768U / 2);
  const RawEnd server("s0");
  EXPECT_EQ(send_all(frames, b.port(0), server), frames.size());
}

}  // namespace
}  // namespace weir
