#include "flow/connection_registry.h"

#include <gtest/gtest.h>

#include <utility>

namespace weir {
namespace {

IpAddress v4(std::uint8_t last) {
  return IpAddress::v4({std::byte{10}, std::byte{9}, std::byte{0}, std::byte{last}});
}

IpAddress v6(const std::array<std::uint16_t, 8>& groups) {
  IpAddress address;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    address.bytes.at(2 * i) = static_cast<std::byte>(groups.at(i) >> 8U);
    address.bytes.at(2 * i + 1) = static_cast<std::byte>(groups.at(i));
  }
  return address;
}

/// One of 65536 triples that differ a little.
ConnectionTriple triple(std::uint32_t number) {
  return {v4(static_cast<std::uint8_t>(number >> 8U)), v4(2), static_cast<std::uint16_t>(number & 0xffU)};
}

TEST(TripleHash, StaysTheSameForEver) {
  // Users keep seeds in their scripts: a change of these numbers changes what every connection gets.
  // They come from a Philox2x64-6 written in Python from the paper's constants, checked against the pinned draws, and
  // the chain draw(draw(draw("weirtrip", client), server), 0, port), addresses as two big-endian words.
  EXPECT_EQ(hash_of(ConnectionTriple{v4(1), v4(2), 80}), 0x03dc103c1b3a1f6fU);
  EXPECT_EQ(hash_of(ConnectionTriple{v4(2), v4(1), 80}), 0x36ab4da7f60a4ba8U);
  EXPECT_EQ(hash_of(ConnectionTriple{v4(1), v4(2), 0x1234}), 0x18c968dc6f1acab6U);
  EXPECT_EQ(
      hash_of(ConnectionTriple{v6({0x2001, 0xdb8, 0, 0, 0, 0, 0, 1}), v6({0x2001, 0xdb8, 1, 2, 3, 4, 5, 6}), 443}),
      0xb4b0b6a2ea2e5251U);
}

TEST(ConnectionRegistry, CountsEachTripleByItself) {
  ConnectionRegistry registry(4);
  const ConnectionTriple first{v4(1), v4(2), 80};
  const ConnectionTriple other_client{v4(3), v4(2), 80};
  const ConnectionTriple other_server{v4(1), v4(3), 80};
  const ConnectionTriple other_port{v4(1), v4(2), 443};
  EXPECT_EQ(registry.open(first), 0U);
  EXPECT_EQ(registry.open(first), 1U);
  EXPECT_EQ(registry.open(other_client), 0U);
  EXPECT_EQ(registry.open(other_server), 0U);
  EXPECT_EQ(registry.open(first), 2U);
  EXPECT_EQ(registry.open(other_port), 0U);
  EXPECT_EQ(registry.open(other_port), 1U);
  EXPECT_EQ(registry.open(other_client), 1U);
}

TEST(ConnectionRegistry, HoldsAsManyTriplesAsItWasBuiltForAndRefusesTheNextOnly) {
  for (const std::uint32_t triples : {1U, 2U, 3U, 100U, 4096U, 65535U}) {
    ConnectionRegistry registry(triples);
    for (std::uint32_t k = 0; k < 3; ++k) {
      for (std::uint32_t n = 0; n < triples; ++n) ASSERT_EQ(registry.open(triple(n)), k) << n << " of " << triples;
      EXPECT_EQ(registry.open(triple(triples)), std::nullopt);
    }
  }
}

}  // namespace
}  // namespace weir
