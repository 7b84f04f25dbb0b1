// Kernel interfaces as weir opens them by itself: frames pass unchanged, jumbo frames too, and the interface is left
// as it was found.
#include <fstream>

#include "dpdk/eal.h"
#include "dpdk/kernel_interface.h"
#include "veth_bench.h"

namespace weir {
namespace {

int read_number(const std::string& path) {
  int number = -1;
  std::ifstream(path) >> number;
  return number;
}

TEST(AfPacket, CarriesEveryFrameUnchanged) {
  constexpr unsigned kMtu = 9000;
  const std::string lacking = build_veth_bench(kMtu);
  if (!lacking.empty()) GTEST_SKIP() << "this process " << lacking;
  const std::string ipv6_of_wa = "/proc/sys/net/ipv6/conf/wa/disable_ipv6";
  std::ofstream(ipv6_of_wa) << 0;

  EalPlan plan;
  plan.memory_mib = 192;
  const Eal eal(plan);
  std::vector<std::string> said;
  const auto say = [&](const std::string& sentence) { said.push_back(sentence); };
  const InterfaceFacts wa = look_at_interface("wa");
  EXPECT_EQ(wa.mtu, kMtu);
  EXPECT_EQ(wa.peer, "c0");
  EXPECT_FALSE(wa.peer_offloads);
  PacketPool pool(8192, kMtu, BufferLayout::kPacked, 64);
  {
    KernelInterface a(wa, pool, 1, say);
    KernelInterface b(look_at_interface("wb"), pool, 1, say);
    EXPECT_EQ(a.driver(), KernelDriver::kAfPacket);
    EXPECT_EQ(read_number(ipv6_of_wa), 1);
    expect_unchanged(a.ethdev().port(0), b.ethdev().port(0), kMtu, false);
    EXPECT_EQ(a.ethdev().statistics().oversized, 0U);
    expect_small_leave(*pool.source(), b.ethdev().port(0), RawEnd("s0"));
  }
  ASSERT_EQ(said.size(), 2U);
  EXPECT_NE(said[0].find("interface wa runs on AF_PACKET"), std::string::npos) << said[0];
  EXPECT_EQ(read_number(ipv6_of_wa), 0);
  EXPECT_EQ(pool.available(), 8192U);
  EXPECT_EQ(pool.small_available(), 64U);
}

}  // namespace
}  // namespace weir
