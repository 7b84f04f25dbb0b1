// What a --link name means, what a process lacks, and which driver an interface gets: pure functions, no EAL.
#include <gtest/gtest.h>
#include <linux/capability.h>

#include <stdexcept>

#include "dpdk/capabilities.h"
#include "dpdk/kernel_interface.h"
#include "dpdk/port_name.h"

namespace weir {
namespace {

using Names = std::vector<std::string>;

const KnownPorts kKnown{{"net_pcap0", "net_ring0"}, {"lo", "enp3s0", "veth-a"}};

std::string why_not(const std::string& name) {
  try {
    static_cast<void>(classify_port(name, kKnown));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

TEST(PortName, PciAddressesGetTheirDomain) {
  EXPECT_EQ(classify_port("0000:3b:00.0", kKnown), (PortName{PortKind::kPci, "0000:3b:00.0"}));
  EXPECT_EQ(classify_port("3B:00.1", kKnown), (PortName{PortKind::kPci, "0000:3b:00.1"}));
}

TEST(PortName, VdevsAndInterfaces) {
  EXPECT_EQ(classify_port("net_pcap0", kKnown), (PortName{PortKind::kVdev, "net_pcap0"}));
  EXPECT_EQ(classify_port("enp3s0", kKnown), (PortName{PortKind::kKernel, "enp3s0"}));
}

TEST(PortName, UnknownNamesGetTheNearestOne) {
  EXPECT_NE(why_not("enp3so").find("did you mean enp3s0?"), std::string::npos);
  EXPECT_NE(why_not("net_pcap").find("did you mean net_pcap0?"), std::string::npos);
  for (const auto* const broken : {"3b:00.8", "3b:00", "0000:3b:00.0x", "zz:00.0", ""}) {
    EXPECT_NE(why_not(broken).find("neither a PCI address"), std::string::npos) << broken;
  }
}

TEST(PortName, TheSamePortTwiceIsRefused) {
  const PortName a = classify_port("3b:00.0", kKnown);
  const PortName b = classify_port("0000:3B:00.0", kKnown);
  EXPECT_THROW(require_distinct({a, b}), std::runtime_error);
  EXPECT_NO_THROW(require_distinct({a, classify_port("lo", kKnown)}));
}

TEST(MissingCapabilities, NamesThem) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  const auto without = [](unsigned capability) { return kAll & ~(std::uint64_t{1} << capability); };
  EXPECT_TRUE(missing_capabilities(Privilege::kRawFrames | Privilege::kXdp | Privilege::kPci, kAll).empty());
  EXPECT_EQ(missing_capabilities(Privilege::kRawFrames, 0), (Names{"CAP_NET_RAW", "CAP_NET_ADMIN"}));
  EXPECT_TRUE(missing_capabilities(Privilege::kXdp, without(CAP_BPF)).empty());
  EXPECT_EQ(missing_capabilities(Privilege::kXdp, without(CAP_BPF) & without(CAP_SYS_ADMIN)), (Names{"CAP_BPF"}));
  EXPECT_EQ(missing_capabilities(Privilege::kPci, 0), (Names{"CAP_SYS_RAWIO", "CAP_IPC_LOCK"}));
}

InterfaceFacts nic() {
  InterfaceFacts facts;
  facts.name = "enp3s0";
  facts.driver = "igc";
  facts.hardware = true;
  return facts;
}

TEST(ChooseDrivers, AfXdpFirst) {
  InterfaceFacts veth = nic();
  veth.hardware = false;
  for (const auto& facts : {nic(), veth}) {
    EXPECT_EQ(choose_drivers(facts).order, (std::vector{KernelDriver::kAfXdp, KernelDriver::kAfPacket}));
    EXPECT_TRUE(choose_drivers(facts).reason.empty());
  }
}

TEST(ChooseDrivers, AfPacketWhereAfXdpWouldLoseSomething) {
  InterfaceFacts jumbo = nic();
  jumbo.mtu = 9000;
  InterfaceFacts many_queues = nic();
  many_queues.receive_queues = 8;
  for (const auto& facts : {jumbo, many_queues}) {
    EXPECT_EQ(choose_drivers(facts).order, (std::vector{KernelDriver::kAfPacket}));
    EXPECT_FALSE(choose_drivers(facts).reason.empty());
  }
}

TEST(VdevArguments, SlotsHoldTheLongestFrame) {
  InterfaceFacts facts = nic();
  EXPECT_EQ(vdev_arguments(KernelDriver::kAfPacket, facts),
            "iface=enp3s0,qpairs=1,framesz=2048,blocksz=131072,framecnt=4096");
  facts.mtu = 9000;
  EXPECT_EQ(vdev_arguments(KernelDriver::kAfPacket, facts),
            "iface=enp3s0,qpairs=1,framesz=9216,blocksz=589824,framecnt=4096");
  EXPECT_EQ(vdev_arguments(KernelDriver::kAfXdp, facts), "iface=enp3s0");
  EXPECT_EQ(vdev_name(KernelDriver::kAfXdp, "enp3s0"), "net_af_xdp_enp3s0");
}

TEST(InterfaceWarnings, SayWhatToDo) {
  EXPECT_TRUE(interface_warnings(nic()).empty());
  InterfaceFacts facts = nic();
  facts.addresses = {"10.0.0.1"};
  ASSERT_EQ(interface_warnings(facts).size(), 1U);
  EXPECT_NE(interface_warnings(facts)[0].find("ip addr flush dev enp3s0"), std::string::npos);
  InterfaceFacts veth;
  veth.name = "a";
  veth.driver = "veth";
  ASSERT_EQ(interface_warnings(veth).size(), 1U);
  EXPECT_NE(interface_warnings(veth)[0].find("ethtool -K PEER tx off"), std::string::npos);
  veth.peer = "b";
  EXPECT_TRUE(interface_warnings(veth).empty());
  veth.peer_offloads = true;
  EXPECT_NE(interface_warnings(veth)[0].find("ethtool -K b tx off"), std::string::npos);
}

}  // namespace
}  // namespace weir
