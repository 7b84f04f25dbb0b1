#include "weir/link_addresses.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(LinkAddresses, AreTheTwoOfAFreeNetwork) {
  const auto free = choose_ipv4(3, "default via 192.0.2.1 dev eth0\n");
  ASSERT_TRUE(free);
  EXPECT_EQ(free->network, "100.64.0.12/30");
  EXPECT_EQ(free->host, "100.64.0.13");
  EXPECT_EQ(free->command, "100.64.0.14");
}

TEST(LinkAddresses, StartWrapsAroundAtTheEndOfThePlace) {
  EXPECT_EQ(choose_ipv4((1U << 20U) + 1, "")->network, "100.64.0.4/30");
  EXPECT_EQ(choose_ipv4((1U << 20U) - 1, "")->network, "100.127.255.252/30");
}

TEST(LinkAddresses, AvoidNetworksAndSingleAddressesThatAreRouted) {
  const auto free = choose_ipv4(0,
                                "100.64.0.0/30 dev weir7 proto kernel scope link src 100.64.0.1\n"
                                "local 100.64.0.6 dev eth0 table local proto kernel scope host\n"
                                "unreachable 100.64.0.8/29\n");
  EXPECT_EQ(free->network, "100.64.0.16/30");
}

TEST(LinkAddresses, AGatewayOfADefaultRouteIsNoDestination) {
  EXPECT_EQ(choose_ipv4(0, "default via 100.64.0.1 dev eth0\nunreachable default metric 9\n")->network,
            "100.64.0.0/30");
}

TEST(LinkAddresses, MoveToTheBenchNetworksWhereAllCarrierOnesAreTaken) {
  EXPECT_EQ(choose_ipv4(5, "100.64.0.0/10 dev tailscale0 table 52\n")->network, "198.18.0.20/30");
}

TEST(LinkAddresses, AreNoneWhereNothingIsFree) {
  EXPECT_FALSE(choose_ipv4(0, "0.0.0.0/1 dev tun0\n128.0.0.0/1 dev tun0\n"));
}

TEST(LinkAddresses, OfIpv6AreUniqueLocal) {
  const LinkAddresses made = make_ipv6({0x01, 0x02, 0xab, 0xcd, 0xef});
  EXPECT_EQ(made.network, "fd01:02ab:cdef::/64");
  EXPECT_EQ(made.host, "fd01:02ab:cdef::1");
  EXPECT_EQ(made.command, "fd01:02ab:cdef::2");
}

}  // namespace
}  // namespace weir
