#include "flow/flow_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "base/draw.h"

namespace weir {
namespace {

constexpr std::size_t kKeyBits = sizeof(FlowKey) * 8;

IpAddress v4(std::uint8_t last) {
  return IpAddress::v4({std::byte{10}, std::byte{9}, std::byte{0}, std::byte{last}});
}

FlowKey random_key(std::uint64_t number) {
  std::array<std::uint64_t, 5> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = draw_bits(1, number, i);
  FlowKey key;
  std::memcpy(static_cast<void*>(&key), words.data(), sizeof key);
  return key;
}

/// The keys of a bench: two hosts, ports counted up.
FlowKey bench_key(std::uint64_t number) {
  return FlowKey{v4(1), v4(2), static_cast<std::uint16_t>(number), 80, 0};
}

FlowKey with_bit_flipped(FlowKey key, std::size_t bit) {
  std::array<unsigned char, sizeof key> bytes;
  std::memcpy(bytes.data(), &key, sizeof key);
  bytes.at(bit / 8) = static_cast<unsigned char>(bytes.at(bit / 8) ^ (1U << bit % 8));
  std::memcpy(static_cast<void*>(&key), bytes.data(), sizeof key);
  return key;
}

TEST(FlowKey, IsTheSameForBothDirections) {
  TcpSegment up;
  up.source = v4(1);
  up.destination = v4(2);
  up.source_port = 40112;
  up.destination_port = 80;
  up.vlan = 101U << 16U | 8U;
  TcpSegment down = up;
  std::swap(down.source, down.destination);
  std::swap(down.source_port, down.destination_port);

  const FlowKey key = make_flow_key(up, Side::kA, 3);
  EXPECT_EQ(key, make_flow_key(down, Side::kB, 3));
  EXPECT_EQ(hash_of(key), hash_of(make_flow_key(down, Side::kB, 3)));
  EXPECT_EQ(link_of(key), 3);
}

TEST(FlowKey, TellsLinksTagsAndSidesApart) {
  TcpSegment segment;
  segment.source = v4(1);
  segment.destination = v4(2);
  std::vector<FlowKey> keys;
  for (const Side side : {Side::kA, Side::kB}) {
    for (const auto link : std::array<std::uint8_t, 2>{0, 31}) {
      for (const std::uint32_t vlan : {0U, 1U, 4096U, 1U << 16U, 4096U << 16U, 4096U << 16U | 4096U}) {
        segment.vlan = vlan;
        keys.push_back(make_flow_key(segment, side, link));
        EXPECT_EQ(link_of(keys.back()), link);
      }
    }
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(keys[i] == keys[j]) << i << " and " << j;
  }
}

/// For each bit of the key and of the hash, how often flipping the one changes the other; the rarest and commonest.
std::pair<int, int> avalanche(FlowKey (*key_of)(std::uint64_t), int keys) {
  std::pair<int, int> bounds{keys, 0};
  for (std::size_t bit = 0; bit < kKeyBits; ++bit) {
    std::array<int, 64> changes{};
    for (int n = 0; n < keys; ++n) {
      const FlowKey key = key_of(static_cast<std::uint64_t>(n));
      const std::uint64_t changed = hash_of(key) ^ hash_of(with_bit_flipped(key, bit));
      for (std::size_t out = 0; out < 64; ++out) changes.at(out) += static_cast<int>(changed >> out & 1U);
    }
    const auto [rarest, commonest] = std::minmax_element(changes.begin(), changes.end());
    bounds = {std::min(bounds.first, *rarest), std::max(bounds.second, *commonest)};
  }
  return bounds;
}

TEST(FlowKeyHash, EachBitOfTheKeyMovesEachBitOfTheHash) {
  constexpr int kKeys = 1000;
  for (const auto key_of : {random_key, bench_key}) {
    const auto [rarest, commonest] = avalanche(key_of, kKeys);
    EXPECT_GT(rarest, kKeys * 4 / 10);
    EXPECT_LT(commonest, kKeys * 6 / 10);
  }
}

/// Pearson's statistic of the counts against an even spread.
double chi_square(const std::vector<int>& counts, double keys) {
  const double expected = keys / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

TEST(FlowKeyHash, SpreadsSequentialPortsEvenly) {
  constexpr std::uint32_t kCells = 1024;
  constexpr std::uint32_t kKeys = 65536;
  std::vector<int> top(kCells);
  std::vector<int> middle(kCells);
  std::vector<int> bottom(kCells);
  for (std::uint32_t n = 0; n < kKeys; ++n) {
    const std::uint64_t hash = hash_of(bench_key(n));
    ++top[hash >> 54U];
    ++middle[hash >> 16U & (kCells - 1)];
    ++bottom[hash & (kCells - 1)];
  }
  // The 0.1 % and 99.9 % points of chi-square with 1023 degrees of freedom: neither clumped nor suspiciously even.
  for (const auto& counts : {top, middle, bottom}) {
    EXPECT_GT(chi_square(counts, kKeys), 888.6);
    EXPECT_LT(chi_square(counts, kKeys), 1168.5);
  }
}

TEST(FlowKeyHash, HasNoCollisionAmongManyBenches) {
  std::vector<std::uint64_t> hashes;
  for (std::uint8_t client = 1; client <= 16; ++client) {
    for (std::uint32_t port = 1024; port < 1024 + 16384; ++port) {
      hashes.push_back(hash_of(FlowKey{v4(client), v4(200), static_cast<std::uint16_t>(port), 80, 0}));
    }
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

}  // namespace
}  // namespace weir
