// AF_XDP over veth, where the far ends write their VLAN tags into the frame: frames pass unchanged, a service tag alone
// too.
#include "dpdk/eal.h"
#include "dpdk/ethdev.h"
#include "dpdk/interface_settings.h"
#include "dpdk/packet_pool.h"
#include "veth_bench.h"

namespace weir {
namespace {

TEST(AfXdp, CarriesEveryFrameUnchanged) {
  const std::string lacking = build_veth_bench(1500);
  if (!lacking.empty()) GTEST_SKIP() << "this process " << lacking;
  EalPlan plan;
  plan.memory_mib = 192;
  plan.user_arguments = {"--vdev=net_af_xdp0,iface=wa", "--vdev=net_af_xdp1,iface=wb"};
  const Eal eal(plan);
  const InterfaceSettings settings_a(look_at_interface("wa"));
  const InterfaceSettings settings_b(look_at_interface("wb"));
  PacketPool pool(32768, 1500);
  Ethdev a("net_af_xdp0", pool, 1);
  Ethdev b("net_af_xdp1", pool, 1);
  expect_unchanged(a.port(0), b.port(0), 1500, true);
}

}  // namespace
}  // namespace weir
